#include "models/core/words.h"

#include <cmath>

using namespace Qt::StringLiterals;

namespace drover {

QString grouped(qint64 number)
{
    QString text = QString::number(number);
    for (qsizetype at = text.size() - 3; at > (number < 0 ? 1 : 0); at -= 3)
        text.insert(at, u',');
    return text;
}

QString counted(qint64 number, const QString &noun)
{
    return grouped(number) + u' ' + noun + (number == 1 ? QString() : u"s"_s);
}

QString percent(double share)
{
    return u"%1 %"_s.arg(std::llround(share * 100));
}

QString sentencesOf(const Error &error)
{
    QString what = error.what.trimmed();
    if (!what.isEmpty() && !QStringView(u".!?:").contains(what.back()))
        what += u'.';
    return u"%1 %2"_s.arg(what, error.remedy).trimmed();
}

QString percentGiven(double share)
{
    return QString::number(share * 100, 'g', 6) + u" %"_s;
}

QString shown(Duration span)
{
    const qint64 seconds = std::llround(static_cast<double>(span.count()) / 1000);
    if (seconds < 60)
        return u"%1 s"_s.arg(seconds);
    const qint64 minutes = (seconds + 30) / 60;
    return minutes < 60 ? u"%1 min"_s.arg(minutes) : u"%1 h %2 min"_s.arg(minutes / 60).arg(minutes % 60);
}

QString roughly(Duration span)
{
    using namespace std::chrono;
    const auto seconds = round<std::chrono::seconds>(abs(span)).count();
    if (seconds < 120)
        return u"%1 s"_s.arg(seconds);
    if (seconds < 2 * 3600 - 300)
        return u"%1 minutes"_s.arg((seconds + 30) / 60);
    return u"%1 hours"_s.arg((seconds + 1800) / 3600);
}

} // namespace drover
