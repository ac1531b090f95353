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
    struct Term {
        std::atomic<qint64> until = 0;
        std::atomic<int> sharers = 1;
    };

    Lease(Journal &journal, QString run, std::shared_ptr<Term> term);
    Lease(Lease &&other) noexcept = default;
    Lease &operator=(Lease &&other) noexcept;
    Lease(const Lease &) = delete;
    Lease &operator=(const Lease &) = delete;
    ~Lease();

    /// Nobody else can have it yet. False after a sleep or a long silence: ask Journal::confirm.
    bool isFresh() const;
    /// Runs of this journal that use the same provisioning service now, this one among them; a few seconds old.
    int sharers() const;

private:
    QPointer<Journal> m_journal;
    QString m_run;
    std::shared_ptr<Term> m_term;
};

} // namespace drover::migration
