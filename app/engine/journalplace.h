#pragma once

#include "app/migration/journal.h"

namespace drover::engine {

/// The journal that a person named: a file, also as sqlite:FILE, or postgres://PERSON@HOST/DATABASE; an empty place is this
/// person's own file. A server's password is the one given, which the keychain keeps under the URL once it fits; without one
/// it comes from PGPASSWORD or the keychain.
QCoro::Task<Result<std::unique_ptr<migration::Journal>>> openJournal(QString place, QByteArray password = {});

/// The profile, when connecting to it takes secrets out of the keychain; empty otherwise.
QString unlockedBy(const QString &profile);

} // namespace drover::engine
