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
