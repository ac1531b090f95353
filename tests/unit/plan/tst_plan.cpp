#include "models/plan/plan.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

#include <algorithm>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;
using test::checkOf;
using test::moveOf;
using test::SampleFleet;

namespace {

/// 20 meters of a group and one individual pump, all on alpha.
SampleFleet sample()
{
    SampleFleet sample;
    sample.addGroup(u"meters"_s);
    sample.addDevices(u"meters"_s, u"meter"_s, 20, u"alpha"_s);
    sample.addIndividual(u"reg-7"_s, u"Pump-7"_s, u"alpha"_s);
    return sample;
}

Plan planned(const SampleFleet &fleet, const std::vector<Move> &moves, const Options &options = {})
{
    const Result<Plan> plan = makePlan(fleet.fleet(), moves, options, Instant(std::chrono::hours(24)));
    return plan ? *plan : throw std::runtime_error(plan.error().what.toStdString());
}

Options withFollowers()
{
    Options options;
    options.acceptFollowers = true;
    return options;
}

int stepsOf(const Plan &plan, Strategy strategy)
{
    return static_cast<int>(std::count_if(
        plan.steps.begin(), plan.steps.end(), [strategy](const Step &step) { return step.strategy == strategy; }));
}

} // namespace

class TestPlan final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aWholeGroupIsOneWrite()
    {
        const Plan plan = planned(sample(), {moveOf(u"group:meters"_s, u"beta"_s)});
        QVERIFY(plan.verdict() != Verdict::Block);
        QCOMPARE(plan.devices.size(), size_t(20));
        QCOMPARE(plan.steps.size(), size_t(1));
        QCOMPARE(plan.steps.front().strategy, Strategy::RepointGroup);
        QCOMPARE(plan.steps.front().etag, u"\"g1\""_s);
        QCOMPARE(plan.summaries.front().how, u"re-point 1 enrollment group · 1 write"_s);
        QCOMPARE(plan.summaries.front().from, u"alpha"_s);
    }

    void aPartOfAKeyGroupIsSplitOut()
    {
        const Plan plan = planned(sample(), {moveOf(u"ids:meter-1 meter-2 meter-3"_s, u"beta"_s)});
        QVERIFY(plan.verdict() != Verdict::Block);
        QCOMPARE(stepsOf(plan, Strategy::SplitOut), 3);
        QCOMPARE(plan.steps.front().group, u"meters"_s);
        QVERIFY(plan.steps.front().etag.isEmpty());
    }

    void strictWavesSplitAWholeGroupOutUntilItsLastWave()
    {
        Options options;
        options.strictWaves = true;
        options.waves = {0, 0.2};
        const Plan plan = planned(sample(), {moveOf(u"group:meters"_s, u"beta"_s)}, options);
        QVERIFY(plan.verdict() != Verdict::Block);
        QCOMPARE(stepsOf(plan, Strategy::RepointGroup), 1);
        QCOMPARE(stepsOf(plan, Strategy::SplitOut), 5);
        QCOMPARE(stepsOf(plan, Strategy::Remove), 5);
        QCOMPARE(plan.steps.front().wave, 2);
        for (const PlannedDevice &device : plan.devices)
            QCOMPARE(plan.steps[static_cast<size_t>(device.step)].wave, device.wave);
        QCOMPARE(plan.summaries.front().how,
            u"re-point 1 enrollment group, split 5 devices out of the group until the last wave · 11 writes"_s);
        const bool told = std::any_of(plan.notes.begin(), plan.notes.end(), [](const QString &note) { return note.startsWith(u"Waves are strict"_s); });
        QVERIFY(told);
        const auto deleted = std::find_if(plan.requests.begin(), plan.requests.end(), [](const Request &request) { return request.method == u"DELETE"_s; });
        QVERIFY(deleted != plan.requests.end());
        QCOMPARE(deleted->count, 5);
        for (const Check &check : recheck(plan, sample().fleet(), {}))
            QVERIFY2(check.verdict != Verdict::Block, qPrintable(check.evidence));
        const Result<Plan> read = fromJson(toJson(plan));
        QVERIFY2(read, qPrintable(read ? QString() : read.error().what));
        QCOMPARE(hashOf(*read), hashOf(plan));
        QVERIFY(read->options.strictWaves);
    }

    void aPlanThatHandsBackToAnotherGroupIsRefused()
    {
        Options options;
        options.strictWaves = true;
        Plan plan = planned(sample(), {moveOf(u"group:meters"_s, u"beta"_s)}, options);
        plan.steps.back().group = u"others"_s;
        const Result<Plan> read = fromJson(toJson(plan));
        QVERIFY(!read);
        QVERIFY(read.error().what.contains(u"does not bring home"_s));
    }

    void strictWavesNeedSymmetricKeys()
    {
        SampleFleet fleet;
        fleet.addGroup(u"cams"_s, "x509");
        fleet.addDevices(u"cams"_s, u"cam"_s, 20, u"alpha"_s);
        Options options;
        options.strictWaves = true;
        const Plan plan = planned(fleet, {moveOf(u"group:cams"_s, u"beta"_s)}, options);
        QCOMPARE(plan.verdict(), Verdict::Block);
        QVERIFY(test::checkOf(plan.checks, u"whole-or-subset"_s)->evidence.contains(u"symmetric keys"_s));
        options.waves.clear();
        QVERIFY(planned(fleet, {moveOf(u"group:cams"_s, u"beta"_s)}, options).verdict() != Verdict::Block);
    }

    void aWaveBeyondTheReachOfAMoveBlocks()
    {
        Options options;
        options.blast.mostPerStamp = 15;
        const auto check = [&options] {
            const Plan plan = planned(sample(), {moveOf(u"group:meters"_s, u"beta"_s)}, options);
            return *test::checkOf(plan.checks, u"blast-radius"_s);
        };
        QCOMPARE(check().verdict, Verdict::Block);
        QVERIFY2(check().evidence.contains(u"Wave 4 has 16 devices under way to"_s), qPrintable(check().evidence));
        options.ramp = {.factor = 2, .first = 1};
        QCOMPARE(check().verdict, Verdict::Pass);
        options.blast = {.mostAnHour = 10};
        QCOMPARE(check().verdict, Verdict::Warn);
        options.strictWaves = true;
        QCOMPARE(check().verdict, Verdict::Pass);
        options.blast = {};
        QCOMPARE(check().verdict, Verdict::Pass);
    }

    void aLimitOfDevicesAnHourHoldsBackTheEstimateToo()
    {
        SampleFleet fleet = sample();
        fleet.addGroup(u"lamps"_s);
        fleet.addDevices(u"lamps"_s, u"lamp"_s, 120, u"alpha"_s);
        Options options;
        options.blast = {.mostAnHour = 40};
        options.strictWaves = true;
        const Duration expected = planned(fleet, {moveOf(u"group:lamps"_s, u"beta"_s)}, options).eta.expected;
        QVERIFY2(expected >= std::chrono::hours(2) && expected < std::chrono::minutes(135), qPrintable(QString::number(expected.count() / 60'000)));
    }

    void allThatWasAskedForIsInTheDocument()
    {
        Options options;
        options.ramp = {.factor = 1.5, .first = 3};
        options.blast = {.mostFailed = 7, .mostPerStamp = 800, .mostAnHour = 90};
        options.gate = {.soak = std::chrono::minutes(2), .sample = 4, .connectWithin = std::chrono::minutes(3), .limits = {{u"twin"_s, 2}}};
        const Plan plan = planned(sample(), {moveOf(u"group:meters"_s, u"beta"_s)}, options);
        const Result<Plan> read = fromJson(toJson(plan));
        QVERIFY2(read, qPrintable(read ? QString() : read.error().what));
        QCOMPARE(read->options.ramp, options.ramp);
        QCOMPARE(read->options.blast, options.blast);
        QCOMPARE(read->options.gate, options.gate);
        QCOMPARE(read->waves.front().gate, options.gate);
        QCOMPARE(read->rooms, plan.rooms);
        QCOMPARE(plan.waves.front().devices, 3);
        QCOMPARE(plan.rooms.size(), size_t(1));
    }

    void individualsAreRepointedOneByOne()
    {
        const Plan plan = planned(sample(), {moveOf(u"ids:Pump-7"_s, u"beta"_s)});
        QCOMPARE(stepsOf(plan, Strategy::RepointIndividual), 1);
        QCOMPARE(plan.steps.front().enrollment, u"reg-7"_s);
        QCOMPARE(plan.devices.front().deviceId, u"Pump-7"_s);
    }

    void oneMoveMayMixGroupsAndIndividuals()
    {
        const Plan plan = planned(sample(), {moveOf(u"stamp:alpha"_s, u"beta"_s)});
        QCOMPARE(plan.devices.size(), size_t(21));
        QCOMPARE(stepsOf(plan, Strategy::RepointGroup), 1);
        QCOMPARE(stepsOf(plan, Strategy::RepointIndividual), 1);
    }

    void anIndividualEnrollmentWinsOverTheGroup()
    {
        SampleFleet fleet = sample();
        fleet.value.individuals[u"meter-3"_s] = fleet.value.individuals[u"reg-7"_s];
        fleet.value.individuals[u"meter-3"_s].id = u"meter-3"_s;
        const Plan plan = planned(fleet, {moveOf(u"group:meters"_s, u"beta"_s)});
        QCOMPARE(stepsOf(plan, Strategy::RepointGroup), 1);
        QCOMPARE(stepsOf(plan, Strategy::RepointIndividual), 1);
    }

    void aPartOfACertificateGroupIsBlocked()
    {
        SampleFleet fleet = sample();
        fleet.addGroup(u"meters"_s, "x509");
        const Plan plan = planned(fleet, {moveOf(u"ids:meter-1"_s, u"beta"_s)});
        QCOMPARE(plan.verdict(), Verdict::Block);
        QCOMPARE(checkOf(plan.checks, u"whole-or-subset"_s)->verdict, Verdict::Block);
        QVERIFY(checkOf(plan.checks, u"whole-or-subset"_s)->evidence.contains(u"X.509 subset without certificates"_s));
        QVERIFY(plan.devices.empty());
        QCOMPARE(plan.skipped.size(), size_t(1));
    }

    void acceptedFollowersAreNamedWithTheirPlace()
    {
        SampleFleet fleet = sample();
        fleet.addDevices(u"meters"_s, u"far"_s, 4, u"gamma"_s);
        const Plan plan = planned(fleet, {moveOf(u"ids:meter-1 meter-2"_s, u"beta"_s)}, withFollowers());
        QCOMPARE(stepsOf(plan, Strategy::RepointGroup), 1);
        QCOMPARE(plan.devices.size(), size_t(2));
        const auto tells = [&plan](const QString &text) {
            return std::any_of(
                plan.notes.begin(), plan.notes.end(), [&text](const QString &note) { return note.contains(text); });
        };
        QVERIFY(tells(u"22 devices"_s));
        QVERIFY(tells(u"18 from alpha"_s));
        QVERIFY(tells(u"4 from gamma"_s));
        QVERIFY(checkOf(plan.checks, u"capacity"_s)->evidence.contains(u"+ 24"_s));
    }

    void devicesAtTheTargetAreSkipped()
    {
        SampleFleet fleet = sample();
        fleet.addDevices(u"meters"_s, u"near"_s, 3, u"beta"_s);
        const Plan plan = planned(fleet, {moveOf(u"group:meters"_s, u"beta"_s)});
        QCOMPARE(plan.devices.size(), size_t(20));
        QCOMPARE(plan.skipped.size(), size_t(3));
        QCOMPARE(plan.skipped.front().reason, u"already at beta"_s);
        QVERIFY(plan.verdict() != Verdict::Block);
    }

    void aDeviceInTwoMovesBlocks()
    {
        const Plan plan
            = planned(sample(), {moveOf(u"ids:meter-1 meter-2"_s, u"beta"_s), moveOf(u"ids:meter-2"_s, u"gamma"_s)});
        QCOMPARE(checkOf(plan.checks, u"one-move-each"_s)->verdict, Verdict::Block);
        QCOMPARE(plan.devices.size(), size_t(2));
    }

    void aGroupCannotBeRepointedTwice()
    {
        const Plan plan = planned(
            sample(), {moveOf(u"ids:meter-1"_s, u"beta"_s), moveOf(u"ids:meter-2"_s, u"gamma"_s)}, withFollowers());
        QCOMPARE(checkOf(plan.checks, u"one-move-each"_s)->verdict, Verdict::Block);
    }

    void anOnlineDeviceGoesFirst()
    {
        SampleFleet fleet;
        fleet.addGroup(u"meters"_s);
        fleet.addDevice({.deviceId = "asleep",
            .registrationId = "asleep",
            .hub = test::hostOf(u"alpha"_s),
            .group = "meters",
            .connected = false,
            .enabled = true,
            .lastActivityMs = {},
            .tags = {}});
        fleet.addDevices(u"meters"_s, u"meter"_s, 3, u"alpha"_s);
        const Plan plan = planned(fleet, {moveOf(u"group:meters"_s, u"beta"_s)});
        QCOMPARE(plan.devices.front().deviceId, u"meter-0"_s);
        QCOMPARE(plan.devices.back().deviceId, u"asleep"_s);
    }

    void anUnknownStampOrSetIsAUsageError()
    {
        const fleet::Fleet fleet = sample().fleet();
        QCOMPARE(makePlan(fleet, {moveOf(u"group:meters"_s, u"nowhere"_s)}, {}, {}).error().kind, ErrorKind::Usage);
        QCOMPARE(makePlan(fleet, {moveOf(u"group:nothing"_s, u"beta"_s)}, {}, {}).error().kind, ErrorKind::Usage);
        QCOMPARE(makePlan(fleet, {}, {}, {}).error().kind, ErrorKind::Usage);
        Options negative;
        negative.waves = {-1};
        QCOMPARE(makePlan(fleet, {moveOf(u"group:meters"_s, u"beta"_s)}, negative, {}).error().kind, ErrorKind::Usage);
    }

    void anEmptySetBlocks()
    {
        const Plan plan = planned(sample(), {moveOf(u"where:deviceId = 'nobody'"_s, u"beta"_s)});
        QCOMPARE(checkOf(plan.checks, u"set-not-empty"_s)->verdict, Verdict::Block);
        QVERIFY(plan.devices.empty() && plan.waves.empty());
    }

    void identitiesLeftBehindAreNotMoved()
    {
        SampleFleet fleet = sample();
        fleet.addDevices(u"meters"_s, u"gone"_s, 1, u"gamma"_s);
        fleet::Fleet value = fleet.fleet();
        auto index = std::make_shared<fleet::DeviceIndex>(*value.devices);
        index->mergeHub({.deviceId = "gone-0",
            .registrationId = {},
            .hub = test::hostOf(u"alpha"_s),
            .group = {},
            .connected = {},
            .enabled = {},
            .lastActivityMs = {},
            .tags = {}});
        value.devices = index;
        const Result<Plan> plan = makePlan(value, {moveOf(u"stamp:alpha"_s, u"beta"_s)}, {}, {});
        QVERIFY(plan);
        QCOMPARE(plan->skipped.size(), size_t(1));
        QVERIFY(plan->skipped.front().reason.contains(u"left behind on alpha"_s));
        QVERIFY(plan->skipped.front().reason.contains(u"on gamma"_s));
    }

    void theRequestOfAGroupIsItsRealRecord()
    {
        const Plan plan = planned(sample(), {moveOf(u"group:meters"_s, u"beta"_s)});
        const auto put = std::find_if(plan.requests.begin(), plan.requests.end(),
            [](const Request &request) { return request.method == u"PUT"_s; });
        QVERIFY(put != plan.requests.end());
        QCOMPARE(put->url,
            u"https://dps-one.azure-devices-provisioning.net/enrollmentGroups/meters?api-version=2021-10-01"_s);
        QVERIFY(put->body.contains("x-unknown"));
        QVERIFY(put->body.contains("hub-beta.azure-devices.net"));
        QVERIFY(put->body.contains(R"("primaryKey": "****")"));
        QVERIFY(!put->body.contains("hub-alpha"));
    }

    void everyShapeOfRequestIsShown()
    {
        const Plan plan = planned(sample(), {moveOf(u"ids:meter-1 meter-2 Pump-7"_s, u"beta"_s)});
        QStringList shapes;
        for (const Request &request : plan.requests)
            shapes.append(request.method + u' ' + request.url.section(u'/', 3).section(u'?', 0, 0));
        for (const QString &shape : {u"GET enrollments/reg-7"_s, u"POST enrollments/reg-7/attestationmechanism"_s,
                 u"POST enrollments"_s, u"POST enrollmentGroups/meters/attestationmechanism"_s,
                 u"POST twins/Pump-7/methods"_s, u"GET registrations/reg-7"_s, u"POST devices/query"_s})
            QVERIFY2(shapes.contains(shape), qPrintable(shape));
    }

    void productionIsNamed()
    {
        SampleFleet fleet = sample();
        fleet.stamp(u"beta"_s).ring = fleet::Ring::Production;
        const Plan plan = planned(fleet, {moveOf(u"group:meters"_s, u"beta"_s)});
        QCOMPARE(plan.production.size(), size_t(1));
        QCOMPARE(plan.production.front().text(), u"beta"_s);
        QCOMPARE(checkOf(plan.checks, u"production"_s)->verdict, Verdict::Warn);
    }

    void fitLooksAtCountsAlone()
    {
        SampleFleet sampleFleet = sample();
        fleet::Stamp &beta = sampleFleet.stamp(u"beta"_s);
        beta.health.identities = 7'100;
        const fleet::Fleet fleet = sampleFleet.fleet();
        const HubHostName alpha = *HubHostName::parse(u"hub-alpha.azure-devices.net");
        const Fit fits = fit(fleet, 200, {alpha}, beta);
        QCOMPARE(fits.verdict, Verdict::Pass);
        QCOMPARE(fits.sentence, u"200 devices fit · 71 % → 73 % · under 1 min, limited by DPS registrations 1,000/min"_s);
        QCOMPARE(fit(fleet, 2'901, {alpha}, beta).verdict, Verdict::Block);
        QCOMPARE(fit(fleet, 2'900, {alpha}, beta).verdict, Verdict::Warn);
        QCOMPARE(fit(fleet, 5, {beta.hub}, beta).verdict, Verdict::Block);
        beta.health.state = fleet::HubHealth::State::Outage;
        QCOMPARE(fit(fleet, 5, {alpha}, beta).sentence, u"Refused: the hub does not answer"_s);
    }
};

DROVER_TEST(TestPlan)
#include "tst_plan.moc"
