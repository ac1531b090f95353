#include "app/simulator/idpattern.h"
#include "tests/support/testmain.h"

#include <QtTest>

using drover::simulator::IdPattern;

class TestIdPattern : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aNumberIsFoundAgainInItsId()
    {
        for (const char *text : {"meter-####", "#", "a##b##", "####-end"}) {
            const IdPattern pattern(text);
            for (const std::uint32_t number : {0U, 7U, 999U, 123'456U})
                QCOMPARE(pattern.numberIn(pattern.id(number)), std::optional(number));
        }
        QCOMPARE(IdPattern("a##b##").id(7), std::string("a07b##"));
    }

    void letterCaseDoesNotCount() { QCOMPARE(IdPattern("Meter-##-X").numberIn("mETER-07-x"), std::optional(7U)); }

    void whatNoNumberGivesIsNoId()
    {
        const IdPattern pattern("meter-###-x");
        for (const char *id : {"", "meter-", "meter-7-x", "meter-0007-x", "meter-007-y", "miter-007-x", "meter-0a7-x", "meter--07-x", "meter-99999999999-x"})
            QVERIFY2(!pattern.numberIn(id), id);
    }

    void withoutACrossThereIsOneId()
    {
        QCOMPARE(IdPattern("gateway").numberIn("Gateway"), std::optional(0U));
        QVERIFY(!IdPattern("gateway").numberIn("gateway1"));
    }
};

DROVER_TEST(TestIdPattern)
#include "tst_id_pattern.moc"
