#include "app/migration/owner.h"

#include "app/migration/operator.h"

#include <QCoreApplication>
#include <QFile>
#include <QSysInfo>

#include <ctime>

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

/// The start of process `pid`, in ticks since the machine's; empty when it is no more.
QString startOf(const QString &pid)
{
    QFile file(u"/proc/%1/stat"_s.arg(pid));
    if (!file.open(QIODevice::ReadOnly))
        return {};
    // The name in parentheses may hold anything: count from its end.
    const QByteArray line = file.readAll();
    const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
    constexpr qsizetype state = 0;
    constexpr qsizetype start = 19;
    const bool isDead = fields.size() <= start || fields[state] == "Z" || fields[state] == "X";
    return isDead ? QString() : QString::fromLatin1(fields[start]);
}

QString bootId()
{
    QFile file(u"/proc/sys/kernel/random/boot_id"_s);
    return file.open(QIODevice::ReadOnly) ? QString::fromLatin1(file.readAll().trimmed()) : QString();
}

/// A process number means nothing in another namespace.
QString processSpace()
{
    return QFile::symLinkTarget(u"/proc/self/ns/pid"_s).section(u'/', -1);
}

} // namespace

Owner thisOwner()
{
    const QString pid = QString::number(QCoreApplication::applicationPid());
    return {.person = operatorName(),
        .host = QSysInfo::machineHostName(),
        .process = QStringList{bootId(), processSpace(), pid, startOf(pid)}.join(u' ')};
}

bool isSurelyDead(const QString &process, bool everybodyIsHere)
{
    const QStringList parts = process.split(u' ');
    if (parts.size() != 4 || parts[3].isEmpty())
        return false;
    if (parts[0] != bootId())
        return everybodyIsHere;
    return parts[1] == processSpace() && startOf(parts[2]) != parts[3];
}

qint64 sleeplessNow()
{
    timespec now = {};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return qint64(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

} // namespace drover::migration
