#include "tests/gui/sample.h"
#include "tests/support/testmain.h"
#include "ui/run/populationmap.h"
#include "ui/run/runpage.h"
#include "ui/run/runspage.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QListWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestRunPage final : public QObject {
    Q_OBJECT

private:
    static int figure(const QWidget &page, const QString &name)
    {
        return page.findChild<QLabel *>(name)->text().remove(u',').toInt();
    }

private Q_SLOTS:
    void figuresOnScreenAddUpToTheTotal()
    {
        ui::RunPage page;
        run::RunStatus status = test::sampleStatus();
        const auto sum = [&page] {
            int all = 0;
            for (const QString &name : {u"verified"_s, u"onTheWay"_s, u"notBegun"_s, u"waiting"_s, u"failed"_s, u"aside"_s})
                all += figure(page, name);
            return all;
        };
        page.setStatus(status);
        QCOMPARE(sum(), status.total);

        for (int &count : status.counts)
            count = 100;
        status.total = 100 * run::stateCount;
        page.setStatus(status);
        QCOMPARE(sum(), status.total);
    }

    void saysWhichServiceIsSlowBeforeAnythingThatANarrowWindowCuts()
    {
        ui::RunPage page;
        run::RunStatus status = test::sampleStatus();
        status.slowed = u"contoso-dps bears 70 % of its limit now"_s;
        page.setStatus(status);
        const QList<QLabel *> labels = page.findChildren<QLabel *>();
        QVERIFY(std::ranges::any_of(labels, [](const QLabel *label) {
            return label->text().startsWith(u"Running · contoso-dps bears 70 %"_s);
        }));
    }

    void pausesResumesAndStopsTheRunThatIsShown()
    {
        ui::RunsPage page;
        page.show();
        const QSignalSpy paused(&page, &ui::RunsPage::pauseRequested);
        const QSignalSpy resumed(&page, &ui::RunsPage::resumeRequested);
        const QSignalSpy stopped(&page, &ui::RunsPage::stopRequested);
        run::RunStatus status = test::sampleStatus();
        page.setStatus(status);
        QVERIFY(!page.findChild<QPushButton *>(u"resume"_s)->isVisible());
        page.findChild<QPushButton *>(u"pause"_s)->click();
        status.phase = run::Phase::Paused;
        page.setStatus(status);
        QVERIFY(!page.findChild<QPushButton *>(u"pause"_s)->isVisible());
        page.findChild<QPushButton *>(u"resume"_s)->click();
        page.findChild<QPushButton *>(u"stop"_s)->click();
        page.findChild<QPushButton *>(u"steerConfirm"_s)->click();

        QCOMPARE(paused.at(0).at(0).toString(), u"run-14"_s);
        QCOMPARE(resumed.at(0).at(0).toString(), u"run-14"_s);
        QCOMPARE(stopped.at(0).at(0).toString(), u"run-14"_s);
    }

    void aFinishedRunIsNeitherPausedNorStopped()
    {
        ui::RunsPage page;
        page.show();
        run::RunStatus status = test::sampleStatus();
        status.phase = run::Phase::Finished;
        status.ended = status.now;
        page.setStatus(status);
        for (const QString &name : {u"pause"_s, u"resume"_s, u"stop"_s, u"pace"_s, u"skip"_s})
            QVERIFY(!page.findChild<QPushButton *>(name)->isVisible());
    }

    void copiesTheChartAsATableWhoseRowsAddUp()
    {
        ui::RunPage page;
        page.setStatus(test::sampleStatus());
        page.findChild<QPushButton *>(u"copyTable"_s)->click();

        const QStringList lines = QGuiApplication::clipboard()->text().split(u'\n', Qt::SkipEmptyParts);
        QCOMPARE(lines.size(), 1 + std::ssize(test::sampleStatus().samples));
        for (const QString &line : lines.sliced(1)) {
            const QStringList cells = line.split(u'\t');
            int sum = 0;
            for (const QString &cell : cells.sliced(1, run::stateCount))
                sum += cell.toInt();
            QCOMPARE(cells.last().toInt(), sum);
            QCOMPARE(sum, 10'200);
        }
    }

    void packsMoreDevicesIntoASquareWhenThereIsNoRoom()
    {
        ui::PopulationMap map;
        map.resize(200, 200);
        map.setPopulation(QByteArray(100, 0));
        QCOMPARE(map.devicesPerSquare(), 1);
        map.setPopulation(QByteArray(1'000'000, 0));
        QVERIFY(map.devicesPerSquare() > 100);
    }

    void listsRunsOnceThereAreSeveral()
    {
        ui::RunsPage page;
        page.show();
        run::RunStatus status = test::sampleStatus();
        page.setStatus(status);
        auto *list = page.findChild<QListWidget *>(u"runs"_s);
        QVERIFY(!list->isVisible());
        status.id = u"run-15"_s;
        page.setStatus(status);
        QVERIFY(list->isVisible());
        QCOMPARE(page.chosen(), u"run-15"_s);
        page.choose(u"run-14"_s);
        QCOMPARE(page.chosen(), u"run-14"_s);
    }
};

DROVER_TEST(TestRunPage)
#include "tst_run_page.moc"
