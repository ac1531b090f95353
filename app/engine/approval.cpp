#include "app/engine/approval.h"

#include "models/fleet/rules.h"

using namespace Qt::StringLiterals;

namespace drover::engine {
namespace {

const QString approved = u"plan approved for another"_s;

} // namespace

QStringList askingForApproval(const plan::Plan &plan, const fleet::Fleet &fleet)
{
    if (!fleet.rules || !plan.undoes.isEmpty())
        return {};
    std::set<StampName> asking;
    for (const plan::PlannedDevice &device : plan.devices) {
        for (const HubHostName &hub : {device.source, device.target}) {
            const fleet::Stamp *stamp = fleet.stampOfHub(hub);
            if (stamp && fleet.rules->approvals.contains(stamp->name))
                asking.insert(stamp->name);
        }
    }
    QStringList names;
    for (const StampName &name : asking)
        names.append(name.text());
    return names;
}

migration::Deed approvalOf(const plan::Plan &plan, const migration::Owner &person, const QString &why)
{
    return {.act = approved, .person = person.person, .host = person.host, .why = why, .detail = plan::hashOf(plan)};
}

Result<void> approvedByAnother(const migration::Audit &audit, const QString &planHash, const QString &person)
{
    if (const QStringList faults = migration::faultsOf(audit); !faults.isEmpty())
        return fail(ErrorKind::Blocked, u"The journal's audit is not whole, so no approval in it counts: %1"_s.arg(faults.front()),
            u"Have the journal looked at; \"droverctl audit --verify\" names every fault."_s);
    bool isOwn = false;
    for (const migration::AuditEntry &entry : audit.entries) {
        if (entry.deed.act != approved || entry.deed.detail != planHash)
            continue;
        if (entry.deed.person != person)
            return {};
        isOwn = true;
    }
    return fail(ErrorKind::Blocked,
        isOwn ? u"Only %1, who runs this plan, has approved it."_s.arg(person) : u"Nobody has approved this plan yet."_s,
        u"Have another person read it and run: droverctl approve PLAN, with the same journal."_s);
}

void noteApproval(std::vector<plan::Check> &checks, const migration::Audit &audit, const QString &planHash, const QString &person)
{
    const auto asking = std::ranges::find(checks, u"approval"_s, &plan::Check::id);
    if (asking == checks.end() || asking->verdict != plan::Verdict::Warn || !approvedByAnother(audit, planHash, person))
        return;
    const auto given = std::ranges::find_if(audit.entries, [&](const migration::AuditEntry &entry) {
        return entry.deed.act == approved && entry.deed.detail == planHash && entry.deed.person != person;
    });
    asking->verdict = plan::Verdict::Pass;
    asking->evidence = u"%1 has approved this plan."_s.arg(given->deed.person);
    asking->remedy.clear();
}

} // namespace drover::engine
