#include "app/console/inspectcontroller.h"

#include "app/console/inspectionview.h"
#include "ui/inspect/inspectpage.h"

using namespace Qt::StringLiterals;

namespace drover::console {

InspectController::InspectController(BackendThread &backend, ui::InspectPage &page, QObject *parent)
    : QObject(parent)
    , m_backend(backend)
    , m_page(page)
{
    connect(&m_page, &ui::InspectPage::inspectRequested, this, &InspectController::inspect);
    connect(&m_page, &ui::InspectPage::actionRequested, this, &InspectController::inspect);
    connect(&m_page, &ui::InspectPage::questionDropped, this, [this] {
        ++m_question;
        m_waiting.clear();
    });
}

void InspectController::setFleetKnown(bool known)
{
    m_fleetKnown = known;
    if (known && !m_waiting.isEmpty())
        inspect(std::exchange(m_waiting, {}));
}

void InspectController::inspect(const QString &text)
{
    const QString id = text.trimmed();
    if (id.isEmpty())
        return;
    const quint64 question = ++m_question;
    if (!m_fleetKnown) {
        m_waiting = id;
        m_page.showWaiting(id);
        return;
    }
    m_page.showLoading(id);
    m_backend.ask(
        this, [id](Backend &backend) { return backend.engine()->inspect(id, backend.stopToken()); },
        [this, question, id](const Result<engine::Inspection> &seen) {
            if (question == m_question)
                take(id, seen);
        });
}

void InspectController::take(const QString &text, const Result<engine::Inspection> &seen)
{
    if (!seen && seen.error().kind == ErrorKind::NotFound)
        m_page.showNotFound(text, seen.error().what);
    else if (!seen)
        m_page.showError(seen.error());
    else if (!seen->matches.isEmpty())
        m_page.setMatches(text, matchesOf(*seen), seen->more);
    else
        m_page.setInspection(viewOf(*seen));
}

} // namespace drover::console
