#include "app/cli/arguments.h"
#include "app/cli/commands.h"
#include "app/cli/planoptions.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestArguments final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void refusesWhatItDoesNotUnderstand_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::addColumn<QString>("says");
        QTest::newRow("no such command") << QStringList{u"migrate"_s} << u"no command \"migrate\""_s;
        QTest::newRow("argument missing") << QStringList{u"inspect"_s} << u"needs ID"_s;
        QTest::newRow("argument too many") << QStringList{u"stamps"_s, u"alpha"_s} << u"\"alpha\""_s;
        QTest::newRow("another command's option") << QStringList{u"stamps"_s, u"--where"_s, u"x"_s} << u"where"_s;
        QTest::newRow("option without its value") << QStringList{u"stamps"_s, u"--endpoints"_s} << u"endpoints"_s;
        QTest::newRow("two fleets") << QStringList{u"--endpoints"_s, u"a"_s, u"stamps"_s, u"--endpoints"_s, u"b"_s} << u"--endpoints was given more than once"_s;
        QTest::newRow("unknown option") << QStringList{u"stamps"_s, u"--fast"_s} << u"fast"_s;
    }
    void refusesWhatItDoesNotUnderstand()
    {
        QFETCH(QStringList, arguments);
        QFETCH(QString, says);
        const Result<cli::Invocation> asked = cli::parse(cli::commands(), arguments);
        QVERIFY(!asked);
        QCOMPARE(asked.error().kind, ErrorKind::Usage);
        QVERIFY2(asked.error().what.contains(says), qPrintable(asked.error().what));
        QVERIFY(asked.error().remedy.contains(u"--help"_s));
    }

    void takesGlobalOptionsBeforeAndAfterTheCommand()
    {
        const auto asked = cli::parse(cli::commands(), {u"--endpoints"_s, u"f"_s, u"inspect"_s, u"meter-1"_s, u"--json"_s});
        QVERIFY(asked);
        QCOMPARE(asked->command->name, u"inspect"_s);
        QCOMPARE(asked->value(u"endpoints"_s), u"f"_s);
        QCOMPARE(asked->positional, QStringList{u"meter-1"_s});
        QVERIFY(asked->has(u"json"_s));
    }

    void pairsSetsWithStamps()
    {
        const auto asked = cli::parse(cli::commands(), {u"plan"_s, u"--set"_s, u"group:a"_s, u"--to"_s, u"x"_s, u"--set"_s, u"stamp:b"_s, u"--to"_s, u"y"_s});
        QVERIFY(asked);
        const auto wishes = cli::wishesOf(*asked);
        QVERIFY(wishes);
        QCOMPARE(wishes->size(), size_t(2));
        QCOMPARE(wishes->at(1).set, u"stamp:b"_s);
        QCOMPARE(wishes->at(1).to, u"y"_s);
    }

    void asksForTheMissingTarget()
    {
        const auto asked = cli::parse(cli::commands(), {u"plan"_s, u"--set"_s, u"group:a"_s});
        QVERIFY(asked);
        QCOMPARE(cli::wishesOf(*asked).error().kind, ErrorKind::Usage);
    }

    void readsWavesAndGate_data()
    {
        QTest::addColumn<QString>("waves");
        QTest::addColumn<QString>("gate");
        QTest::addColumn<bool>("good");
        QTest::addColumn<int>("count");
        QTest::newRow("usual") << u"1,1%,10%"_s << u"98"_s << true << 3;
        QTest::newRow("one wave") << u"all"_s << u"99.5%"_s << true << 0;
        QTest::newRow("count that is not one") << u"50,10%"_s << u"98"_s << false << 0;
        QTest::newRow("falling") << u"10%,1%"_s << u"98"_s << false << 0;
        QTest::newRow("all of it and more") << u"1,100%"_s << u"98"_s << false << 0;
        QTest::newRow("words") << u"some"_s << u"98"_s << false << 0;
        QTest::newRow("gate above 100") << u"1"_s << u"101"_s << false << 0;
        QTest::newRow("gate not a number") << u"1"_s << u"nan"_s << false << 0;
    }
    void readsWavesAndGate()
    {
        QFETCH(QString, waves);
        QFETCH(QString, gate);
        const auto asked = cli::parse(cli::commands(), {u"plan"_s, u"--waves"_s, waves, u"--gate"_s, gate});
        QVERIFY(asked);
        const auto options = cli::optionsOf(*asked);
        QTEST(options.has_value(), "good");
        if (options)
            QTEST(static_cast<int>(options->waves.size()), "count");
        else
            QCOMPARE(options.error().kind, ErrorKind::Usage);
    }

    void limitsAreWholeDevices_data()
    {
        QTest::addColumn<QString>("given");
        QTest::addColumn<int>("devices");
        QTest::newRow("a number") << u"50"_s << 50;
        QTest::newRow("a share") << u"50%"_s << -1;
        QTest::newRow("a part of a device") << u"2.5"_s << -1;
        QTest::newRow("none") << u"0"_s << -1;
        QTest::newRow("too many") << u"99999999999"_s << -1;
        QTest::newRow("a word") << u"ten"_s << -1;
    }
    void limitsAreWholeDevices()
    {
        QFETCH(QString, given);
        for (const QString &option : {u"--sample"_s, u"--most-failed"_s, u"--most-per-stamp"_s, u"--most-an-hour"_s}) {
            const auto asked = cli::parse(cli::commands(), {u"plan"_s, option, given});
            QVERIFY(asked);
            const auto options = cli::optionsOf(*asked);
            const auto read = [&] {
                return option == u"--sample"_s      ? options->gate.sample
                    : option == u"--most-failed"_s    ? options->blast.mostFailed
                    : option == u"--most-per-stamp"_s ? options->blast.mostPerStamp
                                                      : options->blast.mostAnHour;
            };
            QTEST(options ? read() : -1, "devices");
        }
    }

    void teachesEveryCommand()
    {
        for (const cli::Command &command : cli::commands()) {
            const auto asked = cli::parse(cli::commands(), {command.name, u"--help"_s});
            QVERIFY(asked);
            QCOMPARE(asked->kind, cli::Invocation::Kind::Help);
            const QString text = cli::help(cli::commands(), asked->command);
            QVERIFY2(text.contains(u"droverctl %1"_s.arg(command.name)), qPrintable(text));
        }
    }
};

DROVER_TEST(TestArguments)
#include "tst_arguments.moc"
