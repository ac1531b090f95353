#include "app/engine/approval.h"

#include "models/fleet/rules.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

namespace {

plan::Plan planTo(const QString &stamp)
{
    plan::Plan plan;
    plan.devices.push_back({.registrationId = u"pump-1"_s, .deviceId = u"pump-1"_s, .source = *HubHostName::parse(u"a.azure-devices.net"),
        .target = *HubHostName::parse(QString(stamp + u".azure-devices.net"_s))});
    return plan;
}

fleet::Fleet fleetAsking()
{
    fleet::Fleet fleet;
    for (const QString &name : {u"a"_s, u"b"_s, u"c"_s}) {
        fleet::Stamp stamp;
        stamp.name = *StampName::parse(name);
        stamp.hub = *HubHostName::parse(QString(name + u".azure-devices.net"_s));
        fleet.stamps.push_back(stamp);
    }
    fleet.rules = std::make_shared<const fleet::Rules>(*fleet::rulesFromJson(R"({"approvals": {"stamps": ["b"]}})"));
    return fleet;
}

/// A whole chain of these deeds.
migration::Audit auditOf(const std::vector<migration::Deed> &deeds)
{
    migration::Audit audit;
    for (const migration::Deed &deed : deeds) {
        migration::AuditEntry entry{.number = audit.head.number + 1, .at = {}, .deed = deed, .before = audit.head.hash};
        entry.hash = migration::hashOf(entry);
        audit.head = {.number = entry.number, .hash = entry.hash};
        audit.entries.push_back(entry);
    }
    return audit;
}

} // namespace

class TestApproval final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void isAskedForWhereAStampAsks()
    {
        QCOMPARE(engine::askingForApproval(planTo(u"b"_s), fleetAsking()), QStringList{u"b"_s});
        QCOMPARE(engine::askingForApproval(planTo(u"c"_s), fleetAsking()), QStringList());
    }

    void isNotAskedForOnTheWayBack()
    {
        plan::Plan back = planTo(u"b"_s);
        back.undoes = u"7f3a"_s;
        QCOMPARE(engine::askingForApproval(back, fleetAsking()), QStringList());
    }

    void countsFromAnotherPersonAlone()
    {
        const plan::Plan plan = planTo(u"b"_s);
        const QString hash = plan::hashOf(plan);
        QVERIFY(!engine::approvedByAnother(auditOf({}), hash, u"ada"_s));
        const migration::Audit own = auditOf({engine::approvalOf(plan, {.person = u"ada"_s, .host = {}, .process = {}}, {})});
        const Result<void> refused = engine::approvedByAnother(own, hash, u"ada"_s);
        QVERIFY(!refused);
        QCOMPARE(refused.error().kind, ErrorKind::Blocked);
        QCOMPARE(refused.error().what, u"Only ada, who runs this plan, has approved it."_s);
        QVERIFY(engine::approvedByAnother(own, hash, u"bob"_s));
    }

    void countsForThatPlanAlone()
    {
        const migration::Audit audit = auditOf({engine::approvalOf(planTo(u"c"_s), {.person = u"bob"_s, .host = {}, .process = {}}, {})});
        QVERIFY(!engine::approvedByAnother(audit, plan::hashOf(planTo(u"b"_s)), u"ada"_s));
    }

    void doesNotCountInAnAuditThatSomebodyChanged()
    {
        const plan::Plan plan = planTo(u"b"_s);
        migration::Audit audit = auditOf({engine::approvalOf(planTo(u"c"_s), {.person = u"bob"_s, .host = {}, .process = {}}, {}), engine::approvalOf(plan, {.person = u"ada"_s, .host = {}, .process = {}}, {})});
        audit.entries[1].deed.person = u"bob"_s;
        const Result<void> refused = engine::approvedByAnother(audit, plan::hashOf(plan), u"ada"_s);
        QVERIFY(!refused);
        QVERIFY2(refused.error().what.contains(u"not whole"_s), qPrintable(refused.error().what));
    }
};

DROVER_TEST(TestApproval)
#include "tst_approval.moc"
