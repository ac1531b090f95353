#include "ui/common/format.h"

using namespace Qt::StringLiterals;

namespace drover::ui {

QString number(qint64 value)
{
    // The C locale writes no separators, and "412380" cannot be read at a glance.
    static const QLocale locale = QLocale().groupSeparator().isEmpty() || QLocale() == QLocale::c()
        ? QLocale(QLocale::English, QLocale::UnitedStates)
        : QLocale();
    return locale.toString(value);
}

QString percent(double share, int digits)
{
    return QLocale().toString(share * 100, 'f', digits) + u" %"_s;
}

QString duration(Duration span)
{
    const qint64 seconds = std::max<qint64>(0, (span.count() + 999) / 1000);
    if (seconds < 60)
        return u"%1 s"_s.arg(seconds);
    if (seconds < 600 && seconds % 60 != 0)
        return u"%1 min %2 s"_s.arg(seconds / 60).arg(seconds % 60);
    const qint64 minutes = (seconds + 59) / 60;
    if (minutes < 60)
        return u"%1 min"_s.arg(minutes);
    return minutes % 60 == 0 ? u"%1 h"_s.arg(minutes / 60) : u"%1 h %2 min"_s.arg(minutes / 60).arg(minutes % 60);
}

QString ago(Duration age)
{
    return age < std::chrono::seconds(1) ? u"just now"_s : duration(age) + u" ago"_s;
}

QString clockTime(Instant at, bool seconds)
{
    return QDateTime::fromMSecsSinceEpoch(at.time_since_epoch().count()).toString(seconds ? u"HH:mm:ss"_s : u"HH:mm"_s);
}

QString counted(qint64 count, const QString &one, const QString &many)
{
    return number(count) + u' ' + (count == 1 ? one : many);
}

} // namespace drover::ui
