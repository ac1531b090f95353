#include "app/console/options.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestOptions final : public QObject {
    Q_OBJECT

private:
    static Result<console::Options> parse(QStringList arguments)
    {
        arguments.prepend(u"drover"_s);
        return console::parseOptions(arguments);
    }

private Q_SLOTS:
    void readsWhatItIsTold()
    {
        const auto options = parse({u"--demo=small"_s, u"--speed"_s, u"30"_s, u"--theme"_s, u"dark"_s, u"--size"_s, u"1280x720"_s});
        QVERIFY(options.has_value());
        QCOMPARE(options->source.scenario, u"small"_s);
        QCOMPARE(options->source.speed, 30.0);
        QVERIFY(options->theme == ui::Theme::Dark);
        QCOMPARE(*options->size, QSize(1280, 720));
    }

    void demoNeedsNoScenario() { QCOMPARE(parse({u"--demo"_s})->source.scenario, u"demo"_s); }

    void refusesWithARemedy_data()
    {
        QTest::addColumn<QStringList>("arguments");
        QTest::newRow("unknown option") << QStringList{u"--nothing"_s};
        QTest::newRow("stray word") << QStringList{u"stray"_s};
        QTest::newRow("two fleets") << QStringList{u"--demo"_s, u"--profile"_s, u"home"_s};
        QTest::newRow("speed of nothing") << QStringList{u"--speed"_s, u"0"_s};
        QTest::newRow("speed in words") << QStringList{u"--speed"_s, u"fast"_s};
        QTest::newRow("theme") << QStringList{u"--theme"_s, u"pink"_s};
        QTest::newRow("size without a cross") << QStringList{u"--size"_s, u"1280"_s};
        QTest::newRow("size of nothing") << QStringList{u"--size"_s, u"0x0"_s};
        QTest::newRow("size beyond every screen") << QStringList{u"--size"_s, u"99999x99999"_s};
    }

    void refusesWithARemedy()
    {
        QFETCH(QStringList, arguments);
        const auto options = parse(arguments);
        QVERIFY(!options);
        QVERIFY(options.error().kind == ErrorKind::Usage);
        QVERIFY(!options.error().what.isEmpty());
        QVERIFY(!options.error().remedy.isEmpty());
    }
};

DROVER_TEST(TestOptions)
#include "tst_options.moc"
