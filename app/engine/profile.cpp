#include "app/engine/profile.h"

#include "app/engine/setfile.h"
#include "app/migration/journalstore.h"

#include <QDir>
#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QStandardPaths>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace drover::engine {
namespace {

constexpr qint64 largestProfiles = 1024 * 1024;
constexpr auto endpointsMember = "endpoints"_L1;
constexpr auto journalMember = "journal"_L1;

QJsonObject written(const Profile &profile)
{
    QJsonObject members{{endpointsMember, profile.endpoints}};
    if (!profile.journal.isEmpty())
        members.insert(journalMember, profile.journal);
    return members;
}

} // namespace

Result<QString> dataFolder()
{
    const QString folder = QStandardPaths::writableLocation(QStandardPaths::GenericDataLocation) + u"/drover"_s;
    if (QDir(folder).exists())
        return folder;
    if (!QDir().mkpath(folder))
        return fail(ErrorKind::Storage, u"The folder %1 cannot be made."_s.arg(folder),
            u"Check the rights of your home folder, or name another journal with --journal."_s);
    QFile::setPermissions(folder, QFile::ReadOwner | QFile::WriteOwner | QFile::ExeOwner);
    return folder;
}

Result<QString> defaultJournal()
{
    Result<QString> folder = dataFolder();
    return folder ? Result<QString>(*folder + u"/journal.sqlite"_s) : folder;
}

Result<QString> journalOf(const QString &profile)
{
    const Result<QString> folder = dataFolder();
    if (!folder)
        return folder;
    const Result<Profile> named = profile.isEmpty() ? Result<Profile>(Profile()) : Profiles(*folder).named(profile);
    if (!named)
        return Failure(named.error());
    return named->journal.isEmpty() ? defaultJournal() : Result<QString>(named->journal);
}

Profiles::Profiles(QString folder)
    : m_file(std::move(folder) + u"/profiles.json"_s)
{
}

Result<std::vector<Profile>> Profiles::all() const
{
    std::vector<Profile> profiles;
    if (!QFile::exists(m_file))
        return profiles;
    const Result<QByteArray> text = readFile(m_file, largestProfiles);
    if (!text)
        return Failure(text.error());
    const QJsonDocument document = QJsonDocument::fromJson(*text);
    if (!document.isObject())
        return fail(ErrorKind::Malformed, u"The profiles in %1 cannot be read."_s.arg(m_file),
            u"Remove that file and connect again."_s);
    const QJsonObject members = document.object();
    for (auto it = members.begin(); it != members.end(); ++it)
        profiles.push_back({it.key(), it->toObject().value(endpointsMember).toString(), it->toObject().value(journalMember).toString()});
    return profiles;
}

Result<Profile> Profiles::named(const QString &name) const
{
    const Result<std::vector<Profile>> profiles = all();
    if (!profiles)
        return Failure(profiles.error());
    if (const auto at = std::ranges::find(*profiles, name, &Profile::name); at != profiles->end())
        return *at;
    QStringList known;
    for (const Profile &profile : *profiles)
        known.append(profile.name);
    return fail(ErrorKind::Usage, u"There is no profile \"%1\"."_s.arg(name),
        known.isEmpty() ? u"Connect in the console first, or name an endpoints file with --endpoints."_s
                        : u"Known profiles: %1."_s.arg(known.join(u", "_s)));
}

bool Profiles::isInKeychain(const QString &name) const
{
    const Result<Profile> profile = named(name);
    return profile && profile->endpoints.isEmpty();
}

Result<void> Profiles::save(Profile profile) const
{
    if (const Result<void> plain = migration::isServer(profile.journal) ? migration::isPlainUrl(profile.journal) : Result<void>(); !plain)
        return plain;
    const Result<std::vector<Profile>> profiles = all();
    if (!profiles)
        return Failure(profiles.error());
    QJsonObject members;
    for (const Profile &other : *profiles) {
        members.insert(other.name, written(other));
        if (other.name == profile.name && profile.journal.isEmpty())
            profile.journal = other.journal;
    }
    members.insert(profile.name, written(profile));
    return writeFile(m_file, QJsonDocument(members).toJson());
}

QCoro::Task<Result<backend::Connection>> Profiles::connect(QString name, backend::SecretStore &secrets) const
{
    const Result<Profile> profile = named(name);
    if (!profile)
        co_return Failure(profile.error());
    if (!profile->endpoints.isEmpty())
        co_return backend::readEndpoints(profile->endpoints);
    const Result<QByteArray> strings = co_await secrets.read(name);
    if (!strings)
        co_return Failure(strings.error());
    Result<backend::Connection> connection
        = backend::fromConnectionStrings(QString::fromUtf8(*strings).split(u'\n', Qt::SkipEmptyParts));
    if (connection)
        connection->name = name;
    co_return connection;
}

QCoro::Task<Result<void>> Profiles::keep(QString name, QStringList connectionStrings, backend::SecretStore &secrets) const
{
    const Result<backend::Connection> connection = backend::fromConnectionStrings(connectionStrings);
    if (!connection)
        co_return Failure(connection.error());
    const Result<void> written = co_await secrets.write(name, connectionStrings.join(u'\n').toUtf8());
    if (!written)
        co_return Failure(written.error());
    co_return save({name, {}});
}

} // namespace drover::engine
