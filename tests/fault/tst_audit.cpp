#include "app/migration/audit.h"
#include "tests/support/testmain.h"

#include <QTest>

#include <random>

using namespace Qt::StringLiterals;
using namespace drover;
using namespace drover::migration;

namespace {

Audit chain(int length)
{
    Audit audit;
    for (int i = 1; i <= length; ++i) {
        AuditEntry entry{.number = i,
            .at = Instant(Duration(i)),
            .deed = {.act = u"paused"_s, .run = u"run %1"_s.arg(i % 3), .person = u"mia"_s, .host = u"here"_s},
            .before = audit.head.hash};
        entry.hash = hashOf(entry);
        audit.head = {.number = i, .hash = entry.hash};
        audit.entries.push_back(std::move(entry));
    }
    return audit;
}

} // namespace

/// Whatever is done to a chain of deeds, the entry that suffered is named.
class TestAudit final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void findsNothingWrongWithAWholeChain()
    {
        for (int length = 0; length < 20; ++length)
            QCOMPARE(faultsOf(chain(length)), QStringList());
    }

    void namesTheEntryThatWasChangedTakenOrExchanged()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 300; ++round) {
            const int length = std::uniform_int_distribution(2, 30)(random);
            const int at = std::uniform_int_distribution(0, length - 1)(random);
            const Audit whole = chain(length);

            Audit changed = whole;
            changed.entries[size_t(at)].deed.person += u'x';
            QCOMPARE(faultsOf(changed), QStringList{u"Entry %1 is not as it was written."_s.arg(at + 1)});

            // A new hash for the changed entry does not help: the next one does not follow it.
            changed.entries[size_t(at)].hash = hashOf(changed.entries[size_t(at)]);
            QCOMPARE(faultsOf(changed).size(), 1);

            Audit taken = whole;
            taken.entries.erase(taken.entries.begin() + at);
            QCOMPARE(faultsOf(taken),
                at + 1 == length ? QStringList{u"The last 1 of %1 entries are missing."_s.arg(length)}
                                 : QStringList{u"Entry %1 is missing."_s.arg(at + 1)});

            Audit exchanged = whole;
            const int other = (at + 1) % length;
            std::swap(exchanged.entries[size_t(at)].deed, exchanged.entries[size_t(other)].deed);
            exchanged.entries[size_t(at)].deed.why = u"exchanged"_s;
            QVERIFY(faultsOf(exchanged).contains(u"Entry %1 is not as it was written."_s.arg(at + 1)));
        }
    }

    void tellsTextsApartThatReadTheSameInARow()
    {
        AuditEntry one{.number = 1, .deed = {.act = u"ab"_s, .run = u"c"_s}};
        AuditEntry two{.number = 1, .deed = {.act = u"a"_s, .run = u"bc"_s}};
        QVERIFY(hashOf(one) != hashOf(two));
    }
};

DROVER_TEST(TestAudit)
#include "tst_audit.moc"
