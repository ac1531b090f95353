#pragma once

#include "app/cli/arguments.h"
#include "app/cli/terminal.h"
#include "app/engine/engine.h"

#include <QTemporaryDir>

namespace drover::cli {

/// One call of droverctl: what was asked for, where it is answered, and the fleet once a command needs one.
class Session final {
public:
    Session(Invocation invocation, Terminal &terminal);

    const Invocation &asked() const { return m_invocation; }
    Terminal &out() { return m_terminal; }
    QString argument(int at = 0) const { return m_invocation.positional.value(at); }

    /// Journal and Azure. Says where --profile or --endpoints lead, or why they do not.
    QCoro::Task<Result<engine::Engine *>> engine();
    /// The same for a command that only looks: where the journal cannot be opened it warns, and goes on without a history.
    QCoro::Task<Result<engine::Engine *>> onlooker();
    /// The journal alone, for commands that ask nobody else.
    QCoro::Task<Result<migration::Journal *>> journal();
    /// Takes this place instead of the options: the demo's.
    void connectTo(const QString &endpoints, const QString &journalFile);
    /// Lets engine and journal go, before what they stand on goes.
    void disconnect();

private:
    QCoro::Task<Result<backend::Connection>> connection() const;
    /// The one that is asked for, or the only one there is; empty with --endpoints.
    Result<QString> profile() const;
    Result<QString> journalPlace() const;

    Invocation m_invocation;
    Terminal &m_terminal;
    /// Holds the empty journal of an onlooker.
    std::optional<QTemporaryDir> m_empty;
    std::unique_ptr<engine::Engine> m_engine;
    std::unique_ptr<migration::Journal> m_journal;
};

} // namespace drover::cli
