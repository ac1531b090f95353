#include "app/cli/planoptions.h"

#include "models/plan/optionwords.h"
#include "models/plan/triggers.h"

using namespace Qt::StringLiterals;

namespace drover::cli {
namespace {

Failure cannotBe(const Invocation &asked, const QString &option, const QString &remedy)
{
    return fail(ErrorKind::Usage, u"--%1 cannot be \"%2\"."_s.arg(option, asked.value(option).left(40)), remedy);
}

/// Leaves `into` as it is where the option is not given.
Result<void> readPercent(const Invocation &asked, const QString &option, double least, double &into)
{
    if (!asked.has(option))
        return {};
    QString text = asked.value(option).trimmed();
    if (text.endsWith(u'%'))
        text.chop(1);
    bool ok = false;
    const double percent = text.toDouble(&ok);
    if (!ok || !(percent >= least && percent <= 100))
        return cannotBe(asked, option, u"Give a percentage from %1 to 100."_s.arg(least));
    into = percent / 100;
    return {};
}

Result<void> readMinutes(const Invocation &asked, const QString &option, Duration &into)
{
    constexpr double week = 7 * 24 * 60;
    if (!asked.has(option))
        return {};
    bool ok = false;
    const double minutes = asked.value(option).trimmed().toDouble(&ok);
    if (!ok || !(minutes >= 1 && minutes <= week))
        return cannotBe(asked, option, u"Give minutes, from 1 to %1."_s.arg(week));
    into = std::chrono::duration_cast<Duration>(std::chrono::duration<double, std::ratio<60>>(minutes));
    return {};
}

Result<void> readCount(const Invocation &asked, const QString &option, int &into)
{
    constexpr int most = 10'000'000;
    if (!asked.has(option))
        return {};
    bool ok = false;
    const int count = asked.value(option).trimmed().toInt(&ok);
    if (!ok || count < 1 || count > most)
        return cannotBe(asked, option, u"Give a whole number of devices, from 1 to %1."_s.arg(most));
    into = count;
    return {};
}

Result<void> readWaves(const Invocation &asked, plan::Options &options)
{
    if (asked.has(u"ramp"_s) && asked.has(u"waves"_s))
        return fail(ErrorKind::Usage, u"--ramp and --waves both cut the waves."_s, u"Give one of them."_s);
    if (asked.has(u"waves"_s)) {
        Result<std::vector<double>> waves = plan::wavesOf(asked.value(u"waves"_s));
        if (!waves)
            return Failure(waves.error());
        options.waves = *std::move(waves);
    }
    if (asked.has(u"ramp"_s)) {
        const Result<plan::Ramp> ramp = plan::rampOf(asked.value(u"ramp"_s));
        if (!ramp)
            return Failure(ramp.error());
        options.ramp = *ramp;
    }
    options.strictWaves = asked.has(u"strict-waves"_s);
    return {};
}

Result<void> readGate(const Invocation &asked, plan::Gate &gate)
{
    Result<void> read = readPercent(asked, u"gate"_s, 0, gate.success);
    if (read)
        read = readMinutes(asked, u"within"_s, gate.within);
    if (read)
        read = readMinutes(asked, u"soak"_s, gate.soak);
    if (read)
        read = readMinutes(asked, u"connect-within"_s, gate.connectWithin);
    if (read)
        read = readCount(asked, u"sample"_s, gate.sample);
    if (!read)
        return read;
    Result<std::vector<plan::FailureLimit>> limits = plan::failureLimitsOf(asked.all(u"fail-on"_s));
    if (!limits)
        return Failure(limits.error());
    gate.limits = *std::move(limits);
    return {};
}

Result<void> readLimits(const Invocation &asked, plan::Options &options)
{
    Result<void> read = readMinutes(asked, u"deadline"_s, options.deadline);
    if (read)
        read = readCount(asked, u"most-failed"_s, options.blast.mostFailed);
    if (read)
        read = readCount(asked, u"most-per-stamp"_s, options.blast.mostPerStamp);
    if (read)
        read = readCount(asked, u"most-an-hour"_s, options.blast.mostAnHour);
    return read;
}

Result<void> readTriggers(const Invocation &asked, plan::Options &options)
{
    if (asked.has(u"method"_s))
        options.method = asked.value(u"method"_s);
    if (asked.has(u"property"_s))
        options.property = asked.value(u"property"_s);
    if (asked.has(u"trigger"_s)) {
        Result<plan::TriggerChain> chain = plan::triggersOf(asked.value(u"trigger"_s));
        if (!chain)
            return Failure(chain.error());
        options.triggers = *std::move(chain);
    }
    return {};
}

} // namespace

std::vector<Option> planOptions()
{
    return {
        {u"set"_s, u"What moves: group:NAME, where:QUERY, file:IDS.csv, stamp:NAME, \"ids:ID ID\"; may be repeated"_s, u"SET"_s},
        {u"to"_s, u"Where the set before it should go"_s, u"STAMP"_s},
        {u"waves"_s, u"1,1%,10% unless told; the rest is the last one; \"all\" is one wave"_s, u"LIST"_s},
        {u"ramp"_s, u"In place of --waves: each wave FACTOR times the one before, from FIRST devices on, 1 unless told"_s, u"FACTOR[,FIRST]"_s},
        {u"strict-waves"_s, u"No device of a group moves before its wave, also none that registers by itself; symmetric keys only"_s},
        {u"gate"_s, u"Percent of a wave that must be verified, 98 unless told"_s, u"PERCENT"_s},
        {u"within"_s, u"Minutes a gate waits for its wave, 15 unless told"_s, u"MINUTES"_s},
        {u"soak"_s, u"Minutes a wave is watched after its gate would pass, none unless told"_s, u"MINUTES"_s},
        {u"sample"_s, u"Fewest devices online for a gate to pass, half of the wave unless told"_s, u"DEVICES"_s},
        {u"connect-within"_s, u"Minutes after which a device that was assigned and did not connect counts as failed"_s, u"MINUTES"_s},
        {u"fail-on"_s, u"A gate fails at once when more devices of its wave than MOST, or any, have this in their cause; may be repeated"_s, u"CAUSE[=MOST]"_s},
        {u"most-failed"_s, u"Pause when more devices of the run have failed"_s, u"DEVICES"_s},
        {u"most-per-stamp"_s, u"Most devices failed or under way to a stamp at a time: larger waves are blocked, a run pauses"_s, u"DEVICES"_s},
        {u"most-an-hour"_s, u"Tell no more devices within an hour; pause when more have moved by themselves"_s, u"DEVICES"_s},
        {u"deadline"_s, u"Minutes an offline device may keep the run waiting, 30 unless told"_s, u"MINUTES"_s},
        {u"method"_s, u"Direct method that lets a device register again, Reprovision unless told"_s, u"NAME"_s},
        {u"trigger"_s, u"What lets devices register again, in this order: some of method,job,twin,twin-job,disable,register,wait"_s, u"LIST"_s},
        {u"property"_s, u"Desired property that a twin change sets, reprovision unless told"_s, u"NAME"_s},
        {u"observe"_s, u"Percent of the DPS operations that looking may use, 10 unless told"_s, u"PERCENT"_s},
        {u"with-followers"_s, u"Re-point a group although devices outside the set will follow"_s},
    };
}

Result<std::vector<engine::Wish>> wishesOf(const Invocation &asked)
{
    const QStringList sets = asked.all(u"set"_s);
    const QStringList targets = asked.all(u"to"_s);
    if (sets.isEmpty() || sets.size() != targets.size())
        return fail(ErrorKind::Usage, u"Each --set needs its --to: there are %1 and %2."_s.arg(sets.size()).arg(targets.size()),
            u"For example: droverctl plan --set group:meters --to beta."_s);
    std::vector<engine::Wish> wishes;
    for (qsizetype at = 0; at < sets.size(); ++at)
        wishes.push_back({sets.at(at), targets.at(at)});
    return wishes;
}

Result<plan::Options> optionsOf(const Invocation &asked)
{
    plan::Options options;
    Result<void> read = readWaves(asked, options);
    if (read)
        read = readGate(asked, options.gate);
    if (read)
        read = readLimits(asked, options);
    if (read)
        read = readTriggers(asked, options);
    if (read)
        read = readPercent(asked, u"observe"_s, 1, options.lookShare);
    if (!read)
        return Failure(read.error());
    options.acceptFollowers = asked.has(u"with-followers"_s);
    return options;
}

} // namespace drover::cli
