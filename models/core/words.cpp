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

} // namespace drover
