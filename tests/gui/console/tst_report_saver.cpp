#include "app/console/reportsaver.h"

#include "tests/support/testmain.h"

#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestReportSaver final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void keepsWhatTheNameSays_data()
    {
        QTest::addColumn<QString>("file");
        QTest::addColumn<QByteArray>("begins");
        QTest::newRow("change record") << u"/tmp/run.pdf"_s << QByteArray("%PDF-");
        QTest::newRow("capitals") << u"/tmp/RUN.PDF"_s << QByteArray("%PDF-");
        QTest::newRow("devices") << u"run.csv"_s << QByteArray("registration id,");
        QTest::newRow("everything") << u"run.json"_s << QByteArray("{");
    }
    void keepsWhatTheNameSays()
    {
        QFETCH(const QString, file);
        QFETCH(const QByteArray, begins);
        const Result<QByteArray> content = console::reportContent({}, file);
        QVERIFY(content);
        QVERIFY(content->startsWith(begins));
    }

    void refusesAnyOtherName()
    {
        const Result<QByteArray> content = console::reportContent({}, u"run.docx"_s);
        QVERIFY(!content);
        QCOMPARE(content.error().kind, ErrorKind::Usage);
    }
};

DROVER_TEST(TestReportSaver)
#include "tst_report_saver.moc"
