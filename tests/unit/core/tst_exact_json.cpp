#include "models/core/exactjson.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace drover;

class TestExactJson final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void everyNumberSurvivesAsItIsWritten_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const QByteArray &number : {"0", "-0", "1", "-7", "1.0", "1.10", "-0.0", "1e5", "1E+05", "1e400", "-1e-400", "0.1",
                 "9007199254740993", "18446744073709551616", "123456789012345678901234567890", "3.14159265358979323846264338327950288"})
            QTest::newRow(number.constData()) << number;
        QTest::newRow("nested") << QByteArray(R"({"a":[1.10,{"b":[null,1e400,true]}],"A":2.50,"":-0})");
        QTest::newRow("in text") << QByteArray("{\"a\":\"1.10, 1e400\",\"b\\\"1e400\":\"\\\\\"}");
        QTest::newRow("text beside") << QByteArray("{\"\xC3\xA9\":\"\xF0\x9F\x90\x91\",\"n\":1e400}");
    }
    void everyNumberSurvivesAsItIsWritten()
    {
        QFETCH(QByteArray, text);
        const std::optional<Json> parsed = parseExactJson(text);
        QVERIFY(parsed);
        QCOMPARE(toExactBytes(*parsed), text);
    }

    void numbersAreComparedByValue_data()
    {
        QTest::addColumn<QByteArray>("one");
        QTest::addColumn<QByteArray>("other");
        QTest::addColumn<bool>("same");
        const auto row = [](const char *one, const char *other, bool same) {
            QTest::addRow("%s and %s", one, other) << QByteArray(one) << QByteArray(other) << same;
        };
        row("1", "1.0", true);
        row("10e-1", "1", true);
        row("-0", "0.000", true);
        row("1e400", "10e399", true);
        row("1", "-1", false);
        row("1e400", "1e401", false);
        row("123456789012345678901234567890", "123456789012345678901234567891", false);
        row("9007199254740993", "9007199254740992", false);
    }
    void numbersAreComparedByValue()
    {
        QFETCH(QByteArray, one);
        QFETCH(QByteArray, other);
        QFETCH(bool, same);
        QCOMPARE(*parseExactJson(one, Numbers::ByValue) == *parseExactJson(other, Numbers::ByValue), same);
    }

    void whatIsNoNumberIsRefused_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const QByteArray &text : {"01", "1.", ".5", "-", "1e", "+1", "1.2.3", "0x1", "[1e400", "\"1e400"})
            QTest::newRow(text.constData()) << text;
    }
    void whatIsNoNumberIsRefused()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!parseExactJson(text));
        QVERIFY(!parseExactJson(text, Numbers::ByValue));
    }
};

DROVER_TEST(TestExactJson)
#include "tst_exact_json.moc"
