#include "app/migration/audit.h"

#include <QCryptographicHash>
#include <QDataStream>
#include <QIODevice>

using namespace Qt::StringLiterals;

namespace drover::migration {

namespace {

/// With its length, so that no text can pass for two; nothing and an empty text are the same.
void add(QDataStream &out, const QByteArray &part)
{
    out << static_cast<qint64>(part.size());
    out.writeRawData(part.constData(), static_cast<int>(part.size()));
}

} // namespace

QByteArray hashOf(const AuditEntry &entry)
{
    QByteArray bytes;
    QDataStream out(&bytes, QIODevice::WriteOnly);
    out.setVersion(QDataStream::Qt_6_0);
    out << entry.number << static_cast<qint64>(entry.at.time_since_epoch().count());
    const Deed &deed = entry.deed;
    for (const QString *text : {&deed.act, &deed.run, &deed.person, &deed.host, &deed.why, &deed.detail})
        add(out, text->toUtf8());
    add(out, entry.before);
    return QCryptographicHash::hash(bytes, QCryptographicHash::Sha256);
}

QStringList faultsOf(const Audit &audit)
{
    QStringList faults;
    qint64 number = 0;
    QByteArray before;
    for (const AuditEntry &entry : audit.entries) {
        const bool follows = entry.number == number + 1;
        if (!follows)
            faults.append(entry.number == number + 2 ? u"Entry %1 is missing."_s.arg(number + 1)
                                                     : u"Entries %1 to %2 are missing."_s.arg(number + 1).arg(entry.number - 1));
        if (hashOf(entry) != entry.hash)
            faults.append(u"Entry %1 is not as it was written."_s.arg(entry.number));
        else if (follows && entry.before != before)
            faults.append(u"Entry %1 does not follow entry %2: one of them was exchanged."_s.arg(entry.number).arg(number));
        number = entry.number;
        before = entry.hash;
    }
    if (number < audit.head.number)
        faults.append(u"The last %1 of %2 entries are missing."_s.arg(audit.head.number - number).arg(audit.head.number));
    else if (number > audit.head.number || before != audit.head.hash)
        faults.append(u"The last entry is not the one that was written last."_s);
    return faults;
}

} // namespace drover::migration
