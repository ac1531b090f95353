#pragma once

#include "app/backend/identity/connection.h"
#include "app/backend/identity/secretstore.h"

namespace drover::engine {

/// Where this person's settings and journal live; made for its owner alone when it is not there.
Result<QString> dataFolder();
Result<QString> defaultJournal();
/// The journal of that profile, or this person's own where it names none.
Result<QString> journalOf(const QString &profile);

/// A fleet that this person has connected to before: an endpoints file, or connection strings in the keychain.
struct Profile {
    QString name;
    /// Empty: the connection strings are in the keychain under the profile's name.
    QString endpoints;
    /// Where a team keeps this fleet's runs: postgres://PERSON@HOST/DATABASE; empty is this person's own file. Its password
    /// is in the keychain under that URL.
    QString journal = {};
};

/// The profiles on file, by name. They hold no secret.
class Profiles final {
public:
    explicit Profiles(QString folder);

    Result<std::vector<Profile>> all() const;
    Result<Profile> named(const QString &name) const;
    /// A profile that names no journal keeps the one it had.
    Result<void> save(Profile profile) const;
    /// Its connection strings are in the keychain: to connect unlocks them.
    bool isInKeychain(const QString &name) const;

    /// Follows a profile to its connection.
    QCoro::Task<Result<backend::Connection>> connect(QString name, backend::SecretStore &secrets) const;
    /// Keeps connection strings in the keychain and the profile on file.
    QCoro::Task<Result<void>> keep(QString name, QStringList connectionStrings, backend::SecretStore &secrets) const;

private:
    QString m_file;
};

} // namespace drover::engine
