#include "models/plan/triggers.h"

#include "models/core/words.h"
#include "models/plan/plannames.h"

#include <algorithm>
#include <set>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

/// From this many devices of a hub on, jobs come first: one call serves hundreds.
constexpr qint64 many = 500;

bool needsTwins(TriggerKind kind)
{
    return kind != TriggerKind::Disable && kind != TriggerKind::Register && kind != TriggerKind::Wait;
}

int jobsAtOnce(const fleet::Sku &sku)
{
    return sku.name.endsWith(u'3') ? 10 : sku.name.endsWith(u'2') ? 5 : 1;
}

double jobDevicesPerSecond(const fleet::Sku &sku)
{
    return sku.name.endsWith(u'3') ? 50.0 * std::max(1, sku.units) : std::max(10.0, 1.0 * sku.units);
}

/// Hubs of which a device has no symmetric key: nobody can register in its place.
std::set<HubHostName> withoutKeys(const Facts &facts)
{
    std::set<HubHostName> hubs;
    for (const PlannedDevice &device : facts.devices) {
        const fleet::Enrollment *record = facts.records[static_cast<size_t>(device.step)];
        if (record == nullptr || record->attestation != fleet::Attestation::SymmetricKey)
            hubs.insert(device.source);
    }
    return hubs;
}

TriggerChain chosen(const Options &options, qint64 devices)
{
    using enum TriggerKind;
    if (!options.triggers.empty())
        return options.triggers;
    if (options.method.isEmpty())
        return {Wait};
    return devices >= many ? TriggerChain{Job, Method, Wait} : TriggerChain{Method, Job, Wait};
}

QString inWords(TriggerKind kind, const Facts &facts, const Telling &telling)
{
    switch (kind) {
    case TriggerKind::Method:
        return u"by the direct method \"%1\""_s.arg(facts.options.method);
    case TriggerKind::Job:
    case TriggerKind::TwinJob:
        return u"by jobs of up to %1 devices that %2 (%3 at a time, %4 devices a second)"_s.arg(
            QString::number(devicesPerJob),
            kind == TriggerKind::Job ? u"call \"%1\""_s.arg(facts.options.method)
                                     : u"set the desired property \"%1\""_s.arg(facts.options.property),
            QString::number(telling.jobsAtOnce), grouped(qRound64(telling.jobDevicesPerSecond)));
    case TriggerKind::Twin:
        return u"by setting the desired property \"%1\", which stays in the twin"_s.arg(facts.options.property);
    case TriggerKind::Disable:
        return u"by disabling the device at its hub until it has registered again"_s;
    case TriggerKind::Register:
        return u"by registering in its place with its key"_s;
    case TriggerKind::Wait:
    case TriggerKind::Enable:
        return u"by nobody: the run waits until it registers by itself"_s;
    }
    Q_UNREACHABLE();
}

} // namespace

int devicesInJob(double devicesPerSecond, double pacePerMinute)
{
    const double pace = pacePerMinute / 60;
    if (devicesPerSecond <= pace)
        return devicesPerJob;
    constexpr double mostAhead = 1.0 / 20;
    const double devices = pacePerMinute * mostAhead / (1 - pace / devicesPerSecond);
    return static_cast<int>(std::clamp(devices, 1.0, double(devicesPerJob)));
}

Result<TriggerChain> triggersOf(const QString &text)
{
    TriggerChain chain;
    for (const QString &piece : text.split(u',')) {
        const auto name = std::ranges::find_if(
            triggerNames, [word = piece.trimmed()](const char *known) { return word == QLatin1StringView(known); });
        const auto kind = static_cast<TriggerKind>(name - triggerNames.begin());
        if (name == triggerNames.end() || std::ranges::find(chain, kind) != chain.end()) {
            return fail(ErrorKind::Usage, u"\"%1\" is no trigger, or stands there twice."_s.arg(piece.left(40)),
                u"Name some of method, job, twin, twin-job, disable, register and wait, the first to be tried first."_s);
        }
        chain.push_back(kind);
    }
    return chain;
}

QString wordsOf(const TriggerChain &chain)
{
    QStringList words;
    for (const TriggerKind kind : chain)
        words.append(QString::fromLatin1(triggerNames.at(static_cast<size_t>(kind))));
    return words.join(u',');
}

QString wordsOf(const std::vector<Telling> &tellings)
{
    QStringList ways;
    for (const Telling &telling : tellings)
        ways.append(wordsOf(telling.chain).replace(u',', u", then "_s));
    ways.removeDuplicates();
    // Plans of before tell by method, whatever the hub.
    return ways.isEmpty() ? wordsOf(TriggerChain{TriggerKind::Method, TriggerKind::Wait}).replace(u',', u", then "_s) : ways.join(u" · "_s);
}

Telling usualTelling(const HubHostName &source, const fleet::Stamp *stamp, qint64 devices)
{
    Telling telling{.source = source, .chain = chosen({}, devices), .devices = static_cast<int>(devices)};
    if (stamp != nullptr) {
        telling.jobsAtOnce = jobsAtOnce(stamp->sku);
        telling.jobDevicesPerSecond = jobDevicesPerSecond(stamp->sku);
    }
    return telling;
}

std::vector<Telling> tellingsOf(const Facts &facts)
{
    const std::set<HubHostName> keyless = withoutKeys(facts);
    std::vector<Telling> tellings;
    for (const SourceFacts &source : facts.sources) {
        const qint64 devices = std::ranges::count_if(
            facts.devices, [&source](const PlannedDevice &device) { return device.source == source.hub && !device.home; });
        Telling telling = usualTelling(source.hub, source.stamp, devices);
        telling.chain = chosen(facts.options, devices);
        const bool twins = source.stamp == nullptr || source.stamp->sku.hasTwins();
        std::erase_if(telling.chain, [&](TriggerKind kind) {
            return (needsTwins(kind) && (!twins || source.hub.isNull()))
                || (kind == TriggerKind::Disable && source.hub.isNull())
                || (kind == TriggerKind::Register && keyless.contains(source.hub));
        });
        if (telling.chain.empty())
            telling.chain = {TriggerKind::Wait};
        tellings.push_back(std::move(telling));
    }
    return tellings;
}

std::vector<QString> explained(const Facts &facts, const std::vector<Telling> &tellings)
{
    std::vector<QString> sentences;
    for (const Telling &telling : tellings) {
        QStringList ways;
        for (const TriggerKind kind : telling.chain)
            ways.append(inWords(kind, facts, telling));
        const fleet::Stamp *source = facts.fleet.stampOfHub(telling.source);
        const QString place = titleOf(source, telling.source);
        if (source && !source->health.trouble.isEmpty()) {
            sentences.push_back(u"%1 on %2 cannot be told before it answers again, and come when they give up on it: the requests and the time above suppose that it answers."_s.arg(
                counted(telling.devices, u"device"_s), place));
            continue;
        }
        sentences.push_back(u"%1 on %2 %3 told to register again %4."_s.arg(counted(telling.devices, u"device"_s), place,
            telling.devices == 1 ? u"is"_s : u"are"_s, ways.join(u"; where that fails, "_s)));
    }
    return sentences;
}

} // namespace drover::plan
