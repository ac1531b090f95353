#include "app/console/devicescontroller.h"

#include "models/fleet/deviceset.h"
#include "ui/devices/devicespage.h"

using namespace Qt::StringLiterals;

namespace drover::console {
namespace {

using Rows = std::vector<fleet::DeviceIndex::Row>;

/// A query looks at every device's tags: work for the worker.
QCoro::Task<Result<Rows>> rowsOf(FleetPtr fleet, QString query)
{
    co_return fleet::where(*fleet, query);
}

} // namespace

DevicesController::DevicesController(BackendThread &backend, ui::DevicesPage &page, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_page(page)
{
    m_page.setModel(m_model);
    connect(&m_page, &ui::DevicesPage::filterChanged, this, &DevicesController::filter);
    connect(&m_model, &QAbstractItemModel::modelReset, this, &DevicesController::showCounts);
    connect(&m_model, &tables::DeviceTableModel::arrangingChanged, &m_page, &ui::DevicesPage::setWorking);
}

void DevicesController::setFleet(const FleetPtr &fleet)
{
    m_fleet = fleet;
    if (m_page.isVisible())
        show();
}

void DevicesController::show()
{
    // Counts of stamps change every few seconds; the table only when there is another index.
    if (!m_fleet || (m_shown && m_shown->devices == m_fleet->devices))
        return;
    m_shown = m_fleet;
    if (ui::DevicesPage::isQuery(m_text))
        filter(m_text);
    else
        m_model.setFleet(m_shown);
}

void DevicesController::filter(const QString &text)
{
    m_text = text;
    ++m_question;
    m_page.setFilterProblem({});
    if (ui::DevicesPage::isQuery(text)) {
        query(text);
        return;
    }
    m_model.setFilter(text);
}

void DevicesController::query(const QString &text)
{
    if (!m_shown)
        return;
    m_page.setWorking(true);
    m_backend.ask(
        this, [fleet = m_shown, text](Backend &) { return rowsOf(fleet, text); },
        [this, question = m_question, fleet = m_shown](Result<Rows> rows) {
            if (question != m_question)
                return;
            m_page.setWorking(m_model.isArranging());
            if (!rows)
                m_page.setFilterProblem(rows.error().what);
            else
                m_model.setRows(fleet, *std::move(rows));
        });
}

void DevicesController::showCounts()
{
    m_page.setCounts(m_model.rowCount(), m_model.total());
}

} // namespace drover::console
