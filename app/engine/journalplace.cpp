#include "app/engine/journalplace.h"

#include "app/backend/identity/secretstore.h"
#include "app/engine/profile.h"

using namespace Qt::StringLiterals;

namespace drover::engine {
namespace {

Result<QString> fileOf(QString place)
{
    if (place.isEmpty())
        return defaultJournal();
    for (const QString &scheme : {u"sqlite://"_s, u"sqlite:"_s, u"file://"_s}) {
        if (place.startsWith(scheme))
            return place.mid(scheme.size());
    }
    if (place.contains(u"://"_s)) {
        return fail(ErrorKind::Usage, u"A journal of the kind \"%1\" is not known."_s.arg(place.section(u':', 0, 0)),
            u"Name a SQLite file, or postgres://PERSON@HOST/DATABASE."_s);
    }
    return place;
}

/// With a password that somebody typed: it is kept when it fits.
QCoro::Task<Result<std::unique_ptr<migration::Journal>>> openServer(QString url, QByteArray password)
{
    Result<std::unique_ptr<migration::Journal>> opened
        = co_await migration::Journal::openLater([url, password] { return migration::openPostgresStore(url, password); });
    if (!opened)
        co_return opened;
    const std::unique_ptr<backend::SecretStore> secrets = backend::keychain();
    // A keychain that does not answer costs the next start its memory, not this one its journal.
    if (const Result<void> kept = co_await secrets->write(url, password); !kept)
        qWarning("%s", qPrintable(kept.error().what));
    co_return opened;
}

QCoro::Task<Result<std::unique_ptr<migration::Journal>>> openServer(QString url)
{
    Result<std::unique_ptr<migration::Journal>> opened
        = co_await migration::Journal::openLater([url] { return migration::openPostgresStore(url); });
    if (opened || opened.error().kind != ErrorKind::Unauthorized)
        co_return opened;
    const std::unique_ptr<backend::SecretStore> secrets = backend::keychain();
    const Result<QByteArray> password = co_await secrets->read(url);
    if (!password)
        co_return opened;
    Result<std::unique_ptr<migration::Journal>> again
        = co_await migration::Journal::openLater([url, secret = *password] { return migration::openPostgresStore(url, secret); });
    if (again) {
        const migration::Owner &who = (*again)->owner();
        const Result<void> noted = co_await (*again)->note(
            {{.act = u"secret unlocked"_s, .person = who.person, .host = who.host, .detail = u"the password of %1"_s.arg(url)}});
        if (!noted)
            co_return Failure(noted.error());
    }
    co_return again;
}

} // namespace

QCoro::Task<Result<std::unique_ptr<migration::Journal>>> openJournal(QString place, QByteArray password)
{
    if (migration::isServer(place) && !password.isEmpty())
        co_return co_await openServer(place, password);
    if (migration::isServer(place))
        co_return co_await openServer(place);
    const Result<QString> file = fileOf(place);
    if (!file)
        co_return Failure(file.error());
    co_return migration::Journal::open(*file);
}

QString unlockedBy(const QString &profile)
{
    const Result<QString> folder = dataFolder();
    return !profile.isEmpty() && folder && Profiles(*folder).isInKeychain(profile) ? profile : QString();
}

} // namespace drover::engine
