#include "models/plan/checks.h"

#include "models/core/words.h"
#include "models/fleet/rules.h"
#include "models/plan/permission.h"
#include "models/plan/resolver.h"

#include <algorithm>
#include <array>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::DeviceIndex;
using fleet::Rule;
using Row = DeviceIndex::Row;

constexpr int staysPut = -1;

/// For each row the place in Facts::targets that the plan brings it to, followers of a re-pointed group included.
std::vector<int> destinations(const Facts &facts)
{
    const DeviceIndex &index = *facts.fleet.devices;
    const auto placeOf = [&facts](const HubHostName &hub) {
        const auto at = std::ranges::find(facts.targets, hub, &TargetFacts::hub);
        return at == facts.targets.end() ? staysPut : static_cast<int>(at - facts.targets.begin());
    };
    std::vector<int> groupGoes(index.groups().size(), staysPut);
    const std::vector<QString> groups = index.groups();
    for (const Step &step : facts.steps) {
        if (step.strategy != Strategy::RepointGroup)
            continue;
        for (size_t group = 0; group < groups.size(); ++group) {
            if (groups[group].compare(step.enrollment, Qt::CaseInsensitive) == 0)
                groupGoes[group] = placeOf(step.target);
        }
    }
    const std::vector<bool> individual = individuallyEnrolled(facts.fleet);
    std::vector<int> goes(static_cast<size_t>(index.size()), staysPut);
    for (Row row = 0; row < static_cast<Row>(index.size()); ++row) {
        const quint32 group = index.groupOf(row);
        if (group < groupGoes.size() && (index.flags(row) & DeviceIndex::InDps) && !individual[row])
            goes[row] = groupGoes[group];
    }
    for (size_t i = 0; i < facts.devices.size(); ++i) {
        if (facts.rows[i])
            goes[*facts.rows[i]] = placeOf(facts.devices[i].target);
    }
    return goes;
}

QString why(const Rule &rule)
{
    return rule.why.isEmpty() ? u"rule \"%1\""_s.arg(rule.name) : u"rule \"%1\": %2"_s.arg(rule.name, rule.why);
}

QString names(const std::set<StampName> &stamps)
{
    QStringList list;
    for (const StampName &stamp : stamps)
        list.append(stamp.text());
    return list.join(u", "_s);
}

bool isAmong(const TargetFacts &target, const std::set<StampName> &stamps)
{
    return target.stamp && stamps.contains(target.stamp->name);
}

/// What a rule says in vain holds nobody back; but the way back of a run is not shut by a slip in a file.
Finding slip(const Facts &facts, const QString &evidence)
{
    const QString remedy = u"Have it corrected by its owner: until then nobody knows what it was to hold back."_s;
    return facts.undoes ? warn(evidence, remedy) : block(evidence, remedy);
}

/// Names that no stamp of the fleet has, where a file of rules says so.
std::optional<Finding> unknownStamps(const Facts &facts, const std::set<StampName> &stamps, const QString &where)
{
    QStringList unknown;
    for (const StampName &name : stamps) {
        if (!facts.fleet.stamp(name))
            unknown.append(name.text());
    }
    if (unknown.isEmpty())
        return std::nullopt;
    return slip(facts, u"%1 names %2, which is no stamp of this fleet."_s.arg(where, unknown.join(u", "_s)));
}

/// The devices of a rule that the plan moves where the rule does not want them.
Finding unwanted(const Facts &facts, const Rule &rule, const std::vector<Row> &rows, const std::vector<int> &goes)
{
    qint64 count = 0;
    QString example;
    for (const Row row : rows) {
        if (goes[row] == staysPut)
            continue;
        if (rule.kind == Rule::Kind::Residency && isAmong(facts.targets[static_cast<size_t>(goes[row])], rule.stamps))
            continue;
        const std::string_view id = facts.fleet.devices->deviceId(row);
        if (++count == 1)
            example = QString::fromUtf8(id.data(), static_cast<qsizetype>(id.size()));
    }
    if (count == 0)
        return pass(u"Rule \"%1\" is kept."_s.arg(rule.name));
    const QString wish = rule.kind == Rule::Kind::Pinned
        ? u"may not be moved"_s
        : u"may live on %1 alone"_s.arg(names(rule.stamps));
    return block(u"%1 of the plan %2, the first is %3 (%4)."_s.arg(counted(count, u"device"_s), wish, example, why(rule)),
        u"Leave them out of the device set, or have the rule changed by its owner."_s);
}

/// Devices that share a stamp and would be parted, or that are apart and stay so.
Finding together(const Facts &facts, const Rule &rule, const std::vector<Row> &rows, const std::vector<int> &goes)
{
    std::map<QString, qint64> before;
    std::map<QString, qint64> after;
    bool isTouched = false;
    const DeviceIndex &index = *facts.fleet.devices;
    for (const Row row : rows) {
        const QString now = index.hubName(index.hubOf(row));
        const bool moves = goes[row] != staysPut;
        isTouched = isTouched || moves;
        ++before[now];
        ++after[moves ? facts.targets[static_cast<size_t>(goes[row])].hub.text() : now];
    }
    if (!isTouched || after.size() <= std::max<size_t>(1, before.size() - 1))
        return pass(u"Rule \"%1\" is kept."_s.arg(rule.name));
    QStringList places;
    for (const auto &[hub, count] : after)
        places.append(u"%1 on %2"_s.arg(grouped(count), titleOf(facts.fleet.stampOfHub(hub), HubHostName::parse(hub).value_or(HubHostName()))));
    return warn(u"Devices that belong together would be apart: %1 (%2)."_s.arg(places.join(u", "_s), why(rule)),
        u"Move all of %1, or none."_s.arg(rule.devices->toString()));
}

Finding excluded(const Facts &facts, const Rule &rule)
{
    for (const TargetFacts &target : facts.targets) {
        if (target.arrivals + target.followers > 0 && isAmong(target, rule.stamps))
            return block(u"Nothing may be moved to %1 (%2)."_s.arg(titleOf(target.stamp, target.hub), why(rule)),
                u"Choose another stamp, or have the rule changed by its owner."_s);
    }
    return pass(u"Rule \"%1\" is kept."_s.arg(rule.name));
}

Finding ownersRules(const Facts &facts)
{
    if (!facts.fleet.rules || facts.fleet.rules->rules.empty())
        return pass(u"No rule is set for this fleet."_s);
    const std::vector<int> goes = destinations(facts);
    std::vector<Finding> findings;
    for (const Rule &rule : facts.fleet.rules->rules) {
        if (std::optional<Finding> unknown = unknownStamps(facts, rule.stamps, u"Rule \"%1\""_s.arg(rule.name))) {
            findings.push_back(*std::move(unknown));
            continue;
        }
        if (rule.kind == Rule::Kind::Excluded) {
            findings.push_back(excluded(facts, rule));
            continue;
        }
        const Result<fleet::Selection> selected = fleet::select(facts.fleet, *rule.devices);
        if (!selected) {
            findings.push_back(slip(facts, u"Rule \"%1\" cannot be judged: %2"_s.arg(rule.name, selected.error().what)));
            continue;
        }
        if (selected->rows.empty()) {
            findings.push_back(warn(u"Rule \"%1\" fits no device of this fleet."_s.arg(rule.name),
                u"If it should, have it corrected by its owner."_s));
            continue;
        }
        findings.push_back(rule.kind == Rule::Kind::Together ? together(facts, rule, selected->rows, goes)
                                                            : unwanted(facts, rule, selected->rows, goes));
    }
    std::erase_if(findings, [](const Finding &finding) { return finding.verdict == Verdict::Pass; });
    return joined(findings, u"%1 kept."_s.arg(counted(static_cast<qint64>(facts.fleet.rules->rules.size()), u"rule"_s)
        + (facts.fleet.rules->rules.size() == 1 ? u" is"_s : u" are"_s)));
}

/// Stamps that the plan changes, each once.
std::vector<const fleet::Stamp *> touched(const Facts &facts)
{
    std::vector<const fleet::Stamp *> stamps;
    const auto add = [&stamps](const fleet::Stamp *stamp) {
        if (stamp && std::ranges::find(stamps, stamp) == stamps.end())
            stamps.push_back(stamp);
    };
    for (const TargetFacts &target : facts.targets)
        add(target.stamp);
    for (const SourceFacts &source : facts.sources)
        add(source.stamp);
    return stamps;
}

Finding windows(const Facts &facts)
{
    if (!facts.fleet.rules || (facts.fleet.rules->windows.empty() && facts.fleet.rules->freezes.empty()))
        return pass(u"No window and no freeze is set for this fleet."_s);
    std::vector<Finding> findings;
    const auto look = [&](const std::set<StampName> &stamps, const QString &where) {
        if (std::optional<Finding> unknown = unknownStamps(facts, stamps, where))
            findings.push_back(*std::move(unknown));
    };
    for (size_t i = 0; i < facts.fleet.rules->windows.size(); ++i)
        look(facts.fleet.rules->windows[i].stamps, u"Window %1"_s.arg(i + 1));
    for (size_t i = 0; i < facts.fleet.rules->freezes.size(); ++i)
        look(facts.fleet.rules->freezes[i].stamps, u"Freeze %1"_s.arg(i + 1));
    for (const fleet::Stamp *stamp : touched(facts)) {
        if (const std::optional<Shut> shut = shutNow(*facts.fleet.rules, *stamp, facts.now))
            findings.push_back(facts.undoes ? warn(shut->evidence, u"A way back is not held up by it."_s) : block(shut->evidence, shut->remedy));
        else if (const std::optional<QString> until = openUntil(*facts.fleet.rules, *stamp, facts.now))
            findings.push_back(pass(u"%1 may be changed until %2."_s.arg(titleOf(stamp, stamp->hub), *until)));
    }
    return joined(findings, u"No window and no freeze concerns these stamps."_s);
}

Finding approval(const Facts &facts)
{
    if (facts.undoes)
        return pass(u"To take a run back needs nobody's approval."_s);
    if (!facts.fleet.rules)
        return pass(u"No stamp asks for a second person's approval."_s);
    if (const std::optional<Finding> unknown = unknownStamps(facts, facts.fleet.rules->approvals, u"The list of stamps that ask for approval"_s))
        return *unknown;
    QStringList asking;
    for (const fleet::Stamp *stamp : touched(facts)) {
        if (facts.fleet.rules->approvals.contains(stamp->name))
            asking.append(titleOf(stamp, stamp->hub));
    }
    if (asking.isEmpty())
        return pass(u"No stamp asks for a second person's approval."_s);
    return warn(u"A second person must approve this plan, because %1 asks for it."_s.arg(asking.join(u", "_s)),
        u"Have them read it and run: droverctl approve PLAN."_s);
}

constexpr std::array catalogue {
    CheckSpec {"owners-rules", "Rules on devices and stamps", ownersRules},
    CheckSpec {"windows", "Change windows and freezes", windows},
    CheckSpec {"approval", "Second person's approval", approval},
};

} // namespace

std::span<const CheckSpec> ruleChecks()
{
    return catalogue;
}

} // namespace drover::plan
