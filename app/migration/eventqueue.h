#pragma once

#include "app/migration/journal.h"
#include "models/run/runmachine.h"

#include <QPromise>

#include <functional>

namespace drover::migration {

/// The one way into the machine: events become durable first, then are applied in the same order.
class EventQueue final {
public:
    using Applied = std::function<void(run::Commands)>;

    /// `applied` gets what the machine commands; `failed` is told once when the journal cannot hold an event: from then
    /// on none is.
    EventQueue(
        Journal &journal, QString run, run::RunMachine &machine, Applied applied, std::function<void(Error)> failed);

    /// True when the event is durable and applied; what the audit says of it becomes durable with it.
    QCoro::Task<bool> post(run::Event event, std::optional<Deed> deed = {});
    bool hasFailed() const { return m_hasFailed; }

private:
    struct Entry {
        run::Event event;
        std::optional<Deed> deed;
        std::shared_ptr<QPromise<bool>> done;
    };
    QCoro::Task<> pump();
    void settle(const std::vector<Entry> &batch, bool durable);

    Journal &m_journal;
    QString m_run;
    run::RunMachine &m_machine;
    Applied m_applied;
    std::function<void(Error)> m_failed;
    std::vector<Entry> m_waiting;
    bool m_pumping = false;
    bool m_hasFailed = false;
};

} // namespace drover::migration
