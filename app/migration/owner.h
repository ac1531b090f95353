#pragma once

#include <QString>

namespace drover::migration {

/// Who holds something: a person on a host, in one process.
struct Owner {
    QString person;
    QString host;
    /// The start of the machine, the process and its start: no other process ever has the same.
    QString process;
};

/// This process, for whoever is at the keyboard.
Owner thisOwner();
/// True when that process ran here and runs no more; false when nobody here can tell. `everybodyIsHere`: whoever uses it
/// runs on this machine, so what ran before its last start is dead.
bool isSurelyDead(const QString &process, bool everybodyIsHere);
/// Milliseconds that go on while the machine sleeps.
qint64 sleeplessNow();

} // namespace drover::migration
