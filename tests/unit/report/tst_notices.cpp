#include "models/run/notices.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using run::Notice;
using run::Phase;
using Verdict = run::WaveStatus::Verdict;

namespace {

run::RunStatus statusWith(Phase phase, const std::vector<Verdict> &gates)
{
    run::RunStatus status;
    status.id = u"7f3a"_s;
    status.phase = phase;
    status.reason = u"why"_s;
    for (const Verdict verdict : gates)
        status.waves.push_back({.verdict = verdict, .closed = {}, .sentence = u"gate"_s});
    return status;
}

std::vector<Notice::Kind> kinds(const std::vector<Notice> &notices)
{
    std::vector<Notice::Kind> kinds;
    for (const Notice &notice : notices)
        kinds.push_back(notice.kind);
    return kinds;
}

} // namespace

class TestNotices final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void tellsEachGateOnce()
    {
        run::Notices notices(statusWith(Phase::Running, {Verdict::Open, Verdict::Open}));
        const run::RunStatus passed = statusWith(Phase::Running, {Verdict::Pass, Verdict::Open});
        QCOMPARE(kinds(notices.next(passed)), std::vector{Notice::Kind::GatePassed});
        QCOMPARE(notices.next(passed).size(), size_t(0));
    }

    void tellsGatesThatWereMissedTogether()
    {
        run::Notices notices(statusWith(Phase::Running, {Verdict::Open, Verdict::Open}));
        const std::vector<Notice::Kind> told = kinds(notices.next(statusWith(Phase::Paused, {Verdict::Pass, Verdict::Inconclusive})));
        QCOMPARE(told, (std::vector{Notice::Kind::GatePassed, Notice::Kind::GateInconclusive, Notice::Kind::Paused}));
    }

    void tellsNothingThatWasSoBefore()
    {
        const run::RunStatus paused = statusWith(Phase::Paused, {Verdict::Fail, Verdict::Open});
        run::Notices notices(paused);
        QCOMPARE(notices.next(paused).size(), size_t(0));
        QCOMPARE(notices.next(statusWith(Phase::Running, {Verdict::Fail, Verdict::Open})).size(), size_t(0));
        QCOMPARE(kinds(notices.next(paused)), std::vector{Notice::Kind::Paused});
    }

    void tellsEveryEnd_data()
    {
        QTest::addColumn<int>("phase");
        QTest::addColumn<QString>("name");
        QTest::newRow("finished") << int(Phase::Finished) << u"finished"_s;
        QTest::newRow("stopped") << int(Phase::Stopped) << u"stopped"_s;
        QTest::newRow("failed") << int(Phase::Failed) << u"failed"_s;
        QTest::newRow("paused") << int(Phase::Paused) << u"paused"_s;
    }
    void tellsEveryEnd()
    {
        QFETCH(const int, phase);
        QFETCH(const QString, name);
        run::Notices notices(statusWith(Phase::Running, {}));
        const std::vector<Notice> told = notices.next(statusWith(Phase(phase), {}));
        QCOMPARE(told.size(), size_t(1));
        QCOMPARE(run::noticeName(told[0].kind), name);
        QCOMPARE(told[0].sentence, u"why"_s);
    }
};

DROVER_TEST(TestNotices)
#include "tst_notices.moc"
