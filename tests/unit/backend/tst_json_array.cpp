#include "app/backend/http/jsonarray.h"

#include "tests/support/json.h"
#include "tests/support/testmain.h"

#include <QTest>

using namespace drover;
using namespace drover::backend;

class TestJsonArray final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void takesElementsAsTheyWereSent()
    {
        const auto elements = elementsOf(test::json(" [ {'a': 1.10, 'b':[']',{}]} , {'c':'\\'],'} ] "));
        QVERIFY(elements);
        QCOMPARE(
            *elements, (std::vector<QByteArray>{test::json("{'a': 1.10, 'b':[']',{}]}"), test::json("{'c':'\\'],'}")}));
        QVERIFY(elementsOf("[]")->empty());
    }

    void refusesWhatIsNoArray_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char *text : {"", "{}", "[", "[1", "[1,]", "[,1]", "[1]]", "[\"a]"})
            QTest::newRow(text) << QByteArray(text);
    }
    void refusesWhatIsNoArray()
    {
        QFETCH(QByteArray, text);
        QVERIFY(!elementsOf(text));
    }
};

DROVER_TEST(TestJsonArray)
#include "tst_json_array.moc"
