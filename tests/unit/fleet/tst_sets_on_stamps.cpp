#include "models/fleet/setsonstamps.h"

#include "tests/support/samplefleet.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::fleet;

/// What can be moved from each stamp, under the names that people read.
class TestSetsOnStamps final : public QObject {
    Q_OBJECT

private:
    static Fleet sample()
    {
        test::SampleFleet sample;
        sample.addGroup(u"meters"_s);
        sample.addGroup(u"o'clock"_s);
        sample.addGroup(u"spare"_s);
        sample.addDevices(u"meters"_s, u"meter"_s, 5, u"alpha"_s);
        sample.addDevices(u"o'clock"_s, u"clock-a"_s, 2, u"alpha"_s);
        sample.addDevices(u"o'clock"_s, u"clock-b"_s, 3, u"beta"_s);
        sample.addIndividual(u"reg-7"_s, u"Pump-7"_s, u"beta"_s);
        return sample.fleet();
    }

private Q_SLOTS:
    void eachSetSelectsWhatItCounts()
    {
        const Fleet fleet = sample();
        const auto all = setsOnStamps(fleet);
        const std::vector<SetOnStamp> alpha = all.at(*StampName::parse(u"alpha"_s));
        QCOMPARE(alpha.size(), size_t(2));
        QCOMPARE(alpha[0].set->toString(), u"group:meters"_s);
        QCOMPARE(alpha[1].title, u"part of o'clock"_s);
        const std::vector<SetOnStamp> beta = all.at(*StampName::parse(u"beta"_s));
        QCOMPARE(beta.size(), size_t(2));
        for (const auto &[stamp, sets] : all) {
            for (const SetOnStamp &each : sets) {
                const Result<SetFacts> facts = factsOf(fleet, *DeviceSet::parse(each.set->toString()));
                QVERIFY2(facts, qPrintable(each.title));
                QCOMPARE(facts->devices, each.facts.devices);
                QCOMPARE(facts->sources, each.facts.sources);
            }
        }
    }

    void aSetKeepsItsTitle()
    {
        const Fleet fleet = sample();
        for (const auto &[stamp, sets] : setsOnStamps(fleet)) {
            for (const SetOnStamp &each : sets) {
                if (each.set->kind == DeviceSet::Kind::Where)
                    QCOMPARE(titleOnStamp(*each.set), each.title);
            }
        }
        QCOMPARE(titleOnStamp(*DeviceSet::parse(u"where:tags.site = 'x'"_s)), std::nullopt);
    }

    void groupsWithoutDevicesAreKnown()
    {
        QCOMPARE(emptyGroups(sample()), std::vector<QString>{u"spare"_s});
    }
};

DROVER_TEST(TestSetsOnStamps)
#include "tst_sets_on_stamps.moc"
