#include "models/core/words.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace std::chrono_literals;

class TestWords final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void spansAreToldInTheUnitThatFits_data()
    {
        QTest::addColumn<qint64>("milliseconds");
        QTest::addColumn<QString>("text");
        QTest::newRow("none") << qint64(0) << u"0 s"_s;
        QTest::newRow("seconds") << qint64(40'200) << u"40 s"_s;
        QTest::newRow("before") << qint64(-90'000) << u"90 s"_s;
        QTest::newRow("minutes") << qint64(7 * 60'000 + 10'000) << u"7 minutes"_s;
        QTest::newRow("nearly two hours") << qint64(7'199'000) << u"2 hours"_s;
        QTest::newRow("a day") << qint64(86'400'000) << u"24 hours"_s;
    }
    void spansAreToldInTheUnitThatFits()
    {
        QFETCH(qint64, milliseconds);
        QTEST(roughly(Duration(milliseconds)), "text");
    }
};

DROVER_TEST(TestWords)
#include "tst_words.moc"
