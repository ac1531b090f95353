#pragma once

#include <QPointer>
#include <QString>

#include <atomic>
#include <memory>

namespace drover::migration {

class Journal;

/// This process carries out a run, and nobody else the same run or another one between its stamps. The journal renews it
/// until this goes; it runs out soon after a process that died.
class Lease final {
public:
    using Until = std::shared_ptr<std::atomic<qint64>>;

    Lease(Journal &journal, QString run, Until until);
    Lease(Lease &&other) noexcept = default;
    Lease &operator=(Lease &&other) noexcept;
    Lease(const Lease &) = delete;
    Lease &operator=(const Lease &) = delete;
    ~Lease();

    /// Nobody else can have it yet. False after a sleep or a long silence: ask Journal::confirm.
    bool isFresh() const;

private:
    QPointer<Journal> m_journal;
    QString m_run;
    Until m_until;
};

} // namespace drover::migration
