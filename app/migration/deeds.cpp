#include "app/migration/deeds.h"

#include "models/core/words.h"

using namespace Qt::StringLiterals;

namespace drover::migration {
namespace {

struct Words {
    QString act;
    QString detail = {};
};

QString devices(size_t count)
{
    return count == 1 ? u"1 device"_s : u"%1 devices"_s.arg(count);
}

struct Tell {
    std::optional<Words> operator()(const run::Started &) const { return Words{u"run started"_s}; }
    std::optional<Words> operator()(const run::Resumed &) const { return Words{u"resumed"_s}; }
    std::optional<Words> operator()(const run::PauseAsked &e) const { return Words{u"paused"_s, e.reason}; }
    std::optional<Words> operator()(const run::StopAsked &) const { return Words{u"stopped"_s}; }
    std::optional<Words> operator()(const run::PaceAsked &e) const { return Words{u"pace"_s, percentGiven(e.share)}; }
    std::optional<Words> operator()(const run::RetryAsked &e) const { return Words{u"retried"_s, devices(e.devices.size())}; }
    std::optional<Words> operator()(const run::SkipAsked &e) const { return Words{u"skipped"_s, devices(e.devices.size())}; }
    template <typename Other>
    std::optional<Words> operator()(const Other &) const
    {
        return std::nullopt;
    }
};

} // namespace

std::optional<Deed> deedOf(const run::Happening &what, const QString &run, const Owner &who)
{
    const std::optional<Words> words = std::visit(Tell(), what);
    if (!words)
        return std::nullopt;
    return Deed{.act = words->act, .run = run, .person = who.person, .host = who.host, .detail = words->detail};
}

Deed approvalOf(const RunEntry &run, const Owner &who)
{
    QStringList why;
    if (!run.reason.isEmpty())
        why.append(run.reason);
    if (!run.ticket.isEmpty())
        why.append(run.ticket);
    const QString detail = u"plan %1, %2: %3"_s.arg(run.planHash.left(16), devices(static_cast<size_t>(run.total)), run.title);
    return {.act = run.undoes.isEmpty() ? u"plan confirmed"_s : u"undo of %1 confirmed"_s.arg(run.undoes),
        .run = run.id,
        .person = run.operatorName.isEmpty() ? who.person : run.operatorName,
        .host = who.host,
        .why = why.join(u" · "_s),
        .detail = detail};
}

std::optional<Deed> deedOf(const run::WaveStatus &wave, int number, const QString &run, const Owner &who)
{
    static const QHash<run::WaveStatus::Verdict, QString> acts = {{run::WaveStatus::Verdict::Pass, u"passed"_s},
        {run::WaveStatus::Verdict::Fail, u"failed"_s}, {run::WaveStatus::Verdict::Inconclusive, u"asks"_s}};
    const auto act = acts.constFind(wave.verdict);
    if (act == acts.cend())
        return std::nullopt;
    return Deed{.act = u"gate %1 %2"_s.arg(number).arg(*act), .run = run, .person = u"drover"_s, .host = who.host, .detail = wave.sentence};
}

} // namespace drover::migration
