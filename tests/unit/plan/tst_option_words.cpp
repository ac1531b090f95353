#include "models/plan/optionwords.h"

#include "tests/support/testmain.h"

#include <QTest>

#include <rapidcheck.h>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::plan;

class TestOptionWords final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsWaves_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<std::vector<double>>("shares");
        QTest::newRow("usual") << u"1,1%,10%"_s << std::vector{0.0, 0.01, 0.1};
        QTest::newRow("with words and spaces") << u" 1 device, 2.5 % "_s << std::vector{0.0, 0.025};
        QTest::newRow("one wave") << u" all "_s << std::vector<double>{};
    }
    void readsWaves()
    {
        QFETCH(QString, text);
        const auto shares = wavesOf(text);
        QVERIFY(shares);
        QTEST(*shares, "shares");
    }

    void namesThePartThatIsNone_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("part");
        QTest::newRow("nothing") << u""_s << u"\"\""_s;
        QTest::newRow("nothing between") << u"1,,10%"_s << u"\"\""_s;
        QTest::newRow("one device later") << u"1%,1"_s << u"\"1\""_s;
        QTest::newRow("falling") << u"10%,1%"_s << u"\"1%\""_s;
        QTest::newRow("all of it") << u"100%"_s << u"\"100%\""_s;
        QTest::newRow("endless") << u"inf%"_s << u"\"inf%\""_s;
    }
    void namesThePartThatIsNone()
    {
        QFETCH(QString, text);
        QFETCH(QString, part);
        const auto shares = wavesOf(text);
        QVERIFY(!shares);
        QVERIFY2(shares.error().what.contains(part), qPrintable(shares.error().what));
    }

    void readsARamp()
    {
        QCOMPARE(*rampOf(u"2"_s), (Ramp{2, 1}));
        QCOMPARE(*rampOf(u" 3 , 10 "_s), (Ramp{3, 10}));
        for (const QString &text : {u""_s, u"1"_s, u"nan"_s, u"2,0"_s, u"2,3,4"_s, u"2,"_s, u"1e9"_s})
            QVERIFY2(!rampOf(text), qPrintable(text));
    }

    void readsLimitsOfFailures()
    {
        QCOMPARE(*failureLimitsOf({u"twin"_s, u" offline = 5 "_s}), (std::vector<FailureLimit>{{u"twin"_s, 0}, {u"offline"_s, 5}}));
        for (const QString &text : {u""_s, u"=5"_s, u"offline=-1"_s, u"offline="_s, u"offline=many"_s})
            QVERIFY2(!failureLimitsOf({text}), qPrintable(text));
    }

    void saysWhatItReads()
    {
        const bool same = rc::check([] {
            const int factor = *rc::gen::inRange(11, 10'000);
            const int first = *rc::gen::inRange(1, 100'000);
            const Ramp ramp{factor / 10.0, first};
            RC_ASSERT(*rampOf(wordsOf(ramp)) == ramp);
            std::vector<double> shares;
            for (const int each : *rc::gen::container<std::set<int>>(rc::gen::inRange(1, 9'999)))
                shares.push_back(each / 10'000.0);
            if (*rc::gen::arbitrary<bool>())
                shares.insert(shares.begin(), 0.0);
            const auto read = wavesOf(wordsOf(shares));
            RC_ASSERT(read.has_value());
            RC_ASSERT(std::ranges::equal(*read, shares, [](double a, double b) { return std::abs(a - b) < 1e-9; }));
        });
        QVERIFY(same);
    }
};

DROVER_TEST(TestOptionWords)
#include "tst_option_words.moc"
