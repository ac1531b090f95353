#include "models/plan/optionwords.h"

#include "models/plan/waves.h"

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

/// Longer texts are cut where a sentence repeats them.
constexpr qsizetype shown = 40;

QString percent(double share)
{
    return QString::number(share * 100, 'g', 6) + u'%';
}

} // namespace

Result<std::vector<double>> wavesOf(const QString &text)
{
    const auto unreadable = [](const QString &part) {
        return fail(ErrorKind::Usage, u"\"%1\" is not a wave."_s.arg(part.trimmed().left(shown)),
            u"Write 1 for one device or a growing percentage below 100: 1,1%,10%. The rest is the last wave; \"all\" is one wave."_s);
    };
    std::vector<double> shares;
    if (text.trimmed() == u"all"_s)
        return shares;
    for (const QString &piece : text.split(u',')) {
        QString part = piece.trimmed();
        if ((part == u"1"_s || part == u"1 device"_s) && shares.empty()) {
            shares.push_back(0);
            continue;
        }
        if (!part.endsWith(u'%'))
            return unreadable(piece);
        bool ok = false;
        const double share = part.chopped(1).trimmed().toDouble(&ok) / 100;
        if (!ok || !(share > 0 && share < 1) || (!shares.empty() && share <= shares.back()))
            return unreadable(piece);
        shares.push_back(share);
    }
    return shares;
}

QString wordsOf(const std::vector<double> &shares)
{
    if (shares.empty())
        return u"all"_s;
    QStringList words;
    for (const double share : shares)
        words.append(share <= 0 ? u"1"_s : percent(share));
    return words.join(u", "_s);
}

Result<Ramp> rampOf(const QString &text)
{
    const QStringList parts = text.split(u',');
    bool isFactor = false;
    bool isFirst = true;
    Ramp ramp;
    ramp.factor = parts.value(0).trimmed().toDouble(&isFactor);
    if (parts.size() > 1)
        ramp.first = parts.value(1).trimmed().toInt(&isFirst);
    const bool fits = isFactor && isFirst && parts.size() <= 2 && ramp.first >= 1 && ramp.factor >= leastRampFactor
        && ramp.factor <= mostRampFactor;
    if (!fits)
        return fail(ErrorKind::Usage, u"\"%1\" is not a ramp."_s.arg(text.left(shown)),
            u"Write the factor, %1 at least, and the size of the first wave unless it is one device: 2 or 3,10."_s.arg(leastRampFactor));
    return ramp;
}

QString wordsOf(const Ramp &ramp)
{
    const QString factor = QString::number(ramp.factor, 'g', 6);
    return ramp.first == 1 ? factor : u"%1, %2"_s.arg(factor).arg(ramp.first);
}

Result<std::vector<FailureLimit>> failureLimitsOf(const QStringList &texts)
{
    std::vector<FailureLimit> limits;
    for (const QString &text : texts) {
        const qsizetype at = text.lastIndexOf(u'=');
        bool isNumber = true;
        FailureLimit limit{.cause = (at < 0 ? text : text.left(at)).trimmed()};
        if (at >= 0)
            limit.most = text.mid(at + 1).trimmed().toInt(&isNumber);
        if (limit.cause.isEmpty() || !isNumber || limit.most < 0)
            return fail(ErrorKind::Usage, u"\"%1\" is no limit of a kind of failure."_s.arg(text.left(shown)),
                u"Write words of the cause, and how many of a wave may have it unless none may: twin, or offline=5."_s);
        limits.push_back(std::move(limit));
    }
    return limits;
}

QString wordsOf(const std::vector<FailureLimit> &limits)
{
    QStringList words;
    for (const FailureLimit &limit : limits)
        words.append(limit.most == 0 ? limit.cause : u"%1=%2"_s.arg(limit.cause).arg(limit.most));
    return words.join(u", "_s);
}

} // namespace drover::plan
