#include "models/run/eventcodec.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::run;

Q_DECLARE_METATYPE(drover::run::Event)

/// What the journal holds is read again exactly, and nothing else is.
class TestEventCodec final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWhatItWrote_data()
    {
        QTest::addColumn<Event>("event");
        const auto row = [](const char *name, Happening what) {
            QTest::newRow(name) << Event{.at = Instant(Duration(1'700'000'000'123)), .what = std::move(what)};
        };
        row("started", Started{});
        row("snapshot", SnapshotTaken{.wave = 3});
        row("snapshot without twins", SnapshotTaken{.wave = 3, .withoutTwin = 70'000});
        row("no snapshot", SnapshotFailed{.why = u"größer"_s});
        row("no twins", SnapshotFailed{.why = u"alpha is away"_s, .acceptable = true});
        row("intent", WriteIntended{.steps = {1, 2, 3}});
        row("outcome", WriteOutcome{.step = 7, .result = WriteResult::Conflict, .why = u"both"_s, .ask = 41});
        row("read", ReadBackDone{.step = 7, .verdict = ReadVerdict::AsBefore, .why = {}});
        row("trigger", TriggerIntended{.devices = {0, 99}});
        row("answer", TriggerOutcome{.device = 5, .result = TriggerResult::Refused, .status = 501});
        Sighting sighting;
        sighting.device = 4;
        sighting.registration = Sighting::Registration::Failed;
        sighting.source = Sighting::Source::Absent;
        sighting.code = 429001;
        sighting.note = u"full"_s;
        row("seen", Observed{.sightings = {sighting, sighting}});
        sighting.registration = Sighting::Registration::Astray;
        row("seen astray", Observed{.sightings = {sighting}});
        row("tick", Tick{});
        row("pause", PauseAsked{.reason = u"lunch"_s});
        row("resumed", Resumed{});
        row("stop", StopAsked{});
        row("pace", PaceAsked{.share = 0.25});
        row("retry", RetryAsked{.devices = {3, 5}});
        row("telling", TellingIntended{.kind = plan::TriggerKind::TwinJob, .batch = 12, .devices = {0, 99}});
        row("told",
            Told{.batch = 12,
                .outcomes = {{.device = 99, .result = TriggerResult::NotTold, .status = 0},
                    {.device = 0, .result = TriggerResult::Accepted, .status = 200}}});
        row("skip", SkipAsked{.devices = {7}});
        row("shared", Shared{.runs = 3});
        row("blind", Sight{.why = u"no answer"_s});
        row("blind where it goes", Sight{.why = u"no answer"_s, .ahead = true});
        row("seeing again", Sight{});
        row("probe", ProbeGiven{.asked = true});
        row("probe's answer",
            ProbeAnswered{.wave = 2, .verdict = ProbeVerdict::Inconclusive, .evidence = u"no answer"_s});
    }
    void readsWhatItWrote()
    {
        QFETCH(Event, event);
        const Result<Event> read = decode(encode(event));
        QVERIFY(read);
        QVERIFY(*read == event);
    }

    void readsWhatTheFirstVersionWrote()
    {
        const ReadBackDone done{.step = 7, .verdict = ReadVerdict::AsBefore, .why = u"as it was"_s};
        QByteArray old = encode({.at = {}, .what = done});
        old.chop(4);
        old[0] = 1;
        const Result<Event> read = decode(old);
        QVERIFY(read);
        QVERIFY(*read == Event({.at = {}, .what = done}));
    }

    void refusesEveryTruncationAndAnyTail()
    {
        const QByteArray whole = encode({.at = {}, .what = TriggerIntended{.devices = {1, 2, 3, 4}}});
        for (qsizetype size = 0; size < whole.size(); ++size)
            QCOMPARE(decode(whole.first(size)).error().kind, ErrorKind::Malformed);
        QVERIFY(!decode(whole + 'x'));
    }

    void refusesAPaceThatIsNoShare()
    {
        for (const double share : {0.0, -1.0, 1.5, std::numeric_limits<double>::quiet_NaN()})
            QVERIFY(!decode(encode({.at = {}, .what = PaceAsked{.share = share}})));
    }

    void neverBelievesACountThatIsNotThere()
    {
        QByteArray hostile = encode({.at = {}, .what = TriggerIntended{.devices = {1}}});
        hostile[10] = hostile[11] = hostile[12] = hostile[13] = char(0xff);
        QVERIFY(!decode(hostile));
    }
};

DROVER_TEST(TestEventCodec)
#include "tst_event_codec.moc"
