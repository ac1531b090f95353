#include "ui/devices/picker.h"

#include <QElapsedTimer>

namespace drover::ui {
namespace {

/// Half of what a frame may take.
constexpr qint64 sliceMs = 8;

} // namespace

Picker::Picker(QObject *parent)
    : QObject(parent)
{
    m_worker.setMaxThreadCount(1);
    connect(&m_slice, &QTimer::timeout, this, &Picker::readSlice);
}

Picker::~Picker()
{
    m_worker.waitForDone();
}

void Picker::pick(const QItemSelection &rows, const QString &name, FleetPtr fleet)
{
    m_rows = rows;
    m_nextRow = m_rows.isEmpty() ? 0 : m_rows.first().top();
    m_set = {.kind = fleet::DeviceSet::Kind::Ids, .text = name, .ids = {}};
    m_fleet = std::move(fleet);
    ++m_question;
    m_slice.start(0);
}

void Picker::readSlice()
{
    QElapsedTimer timer;
    timer.start();
    while (!m_rows.isEmpty()) {
        const QItemSelectionRange range = m_rows.first();
        for (; m_nextRow <= range.bottom(); ++m_nextRow) {
            if (timer.elapsed() >= sliceMs)
                return;
            m_set.ids += range.model()->index(m_nextRow, 0).data().toString().toUtf8() + '\n';
        }
        m_rows.removeFirst();
        m_nextRow = m_rows.isEmpty() ? 0 : m_rows.first().top();
    }
    m_slice.stop();
    look(m_set, m_fleet);
}

void Picker::look(const fleet::DeviceSet &set, FleetPtr fleet)
{
    m_slice.stop();
    m_worker.start([this, set, fleet = std::move(fleet), question = ++m_question] {
        const Result<fleet::SetFacts> facts = fleet::factsOf(*fleet, set);
        const auto tell = [this, set, facts, question] {
            if (question != m_question)
                return;
            if (facts)
                Q_EMIT looked(set, *facts);
            else
                Q_EMIT failed(facts.error());
        };
        QMetaObject::invokeMethod(this, tell, Qt::QueuedConnection);
    });
}

void Picker::cancelReading()
{
    if (!m_slice.isActive())
        return;
    m_slice.stop();
    m_rows.clear();
    Q_EMIT cancelled();
}

} // namespace drover::ui
