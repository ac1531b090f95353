#include "models/plan/draft.h"

#include "models/core/words.h"
#include "models/plan/resolver.h"
#include "models/plan/strategies.h"

#include <algorithm>
#include <map>
#include <tuple>

using namespace Qt::StringLiterals;

namespace drover::plan {
namespace {

using fleet::DeviceIndex;
using fleet::Enrollment;

struct Candidate {
    Member member;
    Strategy strategy = Strategy::RepointIndividual;
    const Enrollment *enrollment = nullptr;
    bool online = false;
};

/// Turns members of moves into steps and devices; every member ends as a device or as skipped.
class Drafter final {
public:
    Drafter(const fleet::Fleet &fleet, const Options &options, Draft &draft)
        : m_fleet(fleet)
        , m_index(*fleet.devices)
        , m_options(options)
        , m_draft(draft)
    {
        for (const QString &hub : m_index.hubs())
            m_hubs.push_back(HubHostName::parse(hub).value_or(HubHostName()));
    }

    void take(const std::vector<Member> &members)
    {
        count(members);
        for (const Member &member : members)
            judge(member);
        std::sort(m_candidates.begin(), m_candidates.end(), [](const Candidate &a, const Candidate &b) {
            const auto key = [](const Candidate &c) {
                return std::tuple(!c.online, c.strategy == Strategy::RepointGroup, c.member.move, c.member.row);
            };
            return key(a) < key(b);
        });
        for (const Candidate &candidate : m_candidates)
            plan(candidate);
    }

private:
    using GroupOfMove = std::pair<int, quint32>;

    QString deviceId(const Member &member) const { return QString::fromUtf8(m_index.deviceId(member.row)); }
    QString registrationId(const Member &member) const { return QString::fromUtf8(m_index.registrationId(member.row)); }

    HubHostName hubOf(const Member &member) const
    {
        const quint16 hub = m_index.hubOf(member.row);
        return hub < m_hubs.size() ? m_hubs[hub] : HubHostName();
    }

    void count(const std::vector<Member> &members)
    {
        const std::vector<bool> individual = individuallyEnrolled(m_fleet);
        for (const Member &member : members) {
            if (const quint32 group = m_index.groupOf(member.row);
                group != DeviceIndex::noGroup && !individual[member.row])
                ++m_groups[{member.move, group}].selected;
        }
        const std::vector<qint64> all = groupSizes(m_fleet, individual);
        for (auto &[key, counts] : m_groups)
            counts.members = all[key.second];
    }

    void judge(const Member &member)
    {
        const fleet::Stamp &target = *m_draft.targets[static_cast<size_t>(member.move)];
        if (!member.obstacle.check.isEmpty())
            return block(member, member.obstacle);
        if (!RegistrationId::parse(registrationId(member)) || !DeviceId::parse(deviceId(member)))
            return block(member,
                {.check = u"id-mismatch"_s,
                    .reason = u"its id is none that Azure allows"_s,
                    .devices = 0,
                    .example = {},
                    .remedy = u"Leave these devices out."_s});
        if (hubOf(member) == target.hub) {
            ++m_draft.atTarget;
            return skip(member, u"already at %1"_s.arg(target.title.isEmpty() ? target.name.text() : target.title));
        }
        Candidate candidate{.member = member,
            .enrollment = individualOf(m_fleet, registrationId(member)),
            .online = (m_index.flags(member.row) & DeviceIndex::Connected) != 0};
        const Decision &decision = candidate.enrollment ? m_lone = decideIndividual(*candidate.enrollment)
                                                        : decisionOf(member, candidate.enrollment);
        if (decision.obstacle)
            return block(member, *decision.obstacle);
        candidate.strategy = decision.strategy;
        m_candidates.push_back(candidate);
    }

    /// The same for all devices of a group in one move.
    const Decision &decisionOf(const Member &member, const Enrollment *&record)
    {
        const quint32 group = m_index.groupOf(member.row);
        const auto known = m_decisions.find({member.move, group});
        if (known != m_decisions.end()) {
            record = known->second.second;
            return known->second.first;
        }
        Decision decision = decide(member.move, group, record);
        return m_decisions.emplace(GroupOfMove(member.move, group), std::pair(std::move(decision), record))
            .first->second.first;
    }

    Decision decide(int move, quint32 group, const Enrollment *&record)
    {
        if (group == DeviceIndex::noGroup)
            return {.strategy = Strategy::RepointIndividual,
                .obstacle = Obstacle{.check = u"in-dps"_s,
                    .reason = u"DPS has no enrollment for it"_s,
                    .devices = 0,
                    .example = {},
                    .remedy = u"Enroll these devices, let those register that a group enrolls, or leave them out."_s}};
        const QString name = m_index.groupName(group);
        const auto found = m_fleet.groups.find(name.toLower());
        record = found == m_fleet.groups.end() ? nullptr : &found->second;
        Decision decision = decideGroup(record, name, m_groups[{move, group}], m_options);
        if (decision.obstacle || decision.strategy != Strategy::RepointGroup)
            return decision;
        if (!m_groupMove.emplace(group, move).second)
            decision.obstacle = Obstacle{.check = u"one-move-each"_s,
                .reason = u"enrollment group \"%1\" is re-pointed by another move already"_s.arg(name),
                .devices = 0,
                .example = {},
                .remedy = u"Leave one of the two moves out."_s};
        return decision;
    }

    void skip(const Member &member, const QString &reason)
    {
        m_draft.skipped.push_back({registrationId(member), deviceId(member), reason});
    }

    void block(const Member &member, const Obstacle &reason)
    {
        skip(member, reason.reason);
        if (reason.check == leftoverCheck())
            return;
        const auto known = std::find_if(m_draft.obstacles.begin(), m_draft.obstacles.end(),
            [&reason](const Obstacle &other) { return other.check == reason.check && other.reason == reason.reason; });
        if (known != m_draft.obstacles.end()) {
            ++known->devices;
            return;
        }
        m_draft.obstacles.push_back(reason);
        m_draft.obstacles.back().devices = 1;
        m_draft.obstacles.back().example = deviceId(member);
    }

    void plan(const Candidate &candidate)
    {
        const Member &member = candidate.member;
        const HubHostName &target = m_draft.targets[static_cast<size_t>(member.move)]->hub;
        m_draft.moveOf.push_back(member.move);
        m_draft.devices.push_back({.registrationId = registrationId(member),
            .deviceId = deviceId(member),
            .source = hubOf(member),
            .target = target,
            .step = stepOf(candidate, target),
            .wave = 0});
    }

    int stepOf(const Candidate &candidate, const HubHostName &target)
    {
        const quint32 group = m_index.groupOf(candidate.member.row);
        const auto next = static_cast<int>(m_draft.steps.size());
        if (candidate.strategy == Strategy::RepointGroup) {
            const auto [known, isNew] = m_groupSteps.emplace(GroupOfMove(candidate.member.move, group), next);
            if (!isNew)
                return known->second;
        }
        const Enrollment &record = *candidate.enrollment;
        Step step{.strategy = candidate.strategy,
            .enrollment = record.id,
            .group = {},
            .etag = record.etag,
            .target = target,
            .policy = record.reprovision,
            .wave = 0};
        if (candidate.strategy == Strategy::SplitOut) {
            // Groups force equal ids, and the hub keeps the spelling that the device's key is derived from.
            step.enrollment = deviceId(candidate.member);
            step.group = record.id;
            step.etag.clear();
        }
        m_draft.steps.push_back(std::move(step));
        return next;
    }

    const fleet::Fleet &m_fleet;
    const DeviceIndex &m_index;
    const Options &m_options;
    Draft &m_draft;
    std::vector<HubHostName> m_hubs;
    std::map<GroupOfMove, GroupCount> m_groups;
    std::map<quint32, int> m_groupMove;
    std::map<GroupOfMove, std::pair<Decision, const Enrollment *>> m_decisions;
    Decision m_lone;
    std::map<GroupOfMove, int> m_groupSteps;
    std::vector<Candidate> m_candidates;
};

} // namespace

Result<Draft> makeDraft(const fleet::Fleet &fleet, const std::vector<Move> &moves, const Options &options)
{
    Draft draft;
    for (const Move &move : moves) {
        const fleet::Stamp *target = fleet.stamp(move.to);
        if (target == nullptr)
            return fail(ErrorKind::Usage, u"There is no stamp \"%1\"."_s.arg(move.to.text()),
                u"Choose one of the fleet's stamps."_s);
        draft.targets.push_back(target);
    }
    const Result<std::vector<Member>> members = resolve(fleet, moves, draft);
    if (!members)
        return Failure(members.error());
    Drafter(fleet, options, draft).take(*members);
    return draft;
}

const Enrollment *recordOf(const fleet::Fleet &fleet, const Step &step)
{
    if (step.strategy == Strategy::RepointIndividual || step.strategy == Strategy::Remove)
        return individualOf(fleet, step.enrollment);
    const QString &name = step.strategy == Strategy::SplitOut ? step.group : step.enrollment;
    const auto found = fleet.groups.find(name.toLower());
    return found == fleet.groups.end() ? nullptr : &found->second;
}

} // namespace drover::plan
