#include "app/engine/setfile.h"

#include "tests/support/testmain.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

class TestSetFile final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void readsTheIdsOfAFileSet()
    {
        const QTemporaryDir folder;
        const QString path = folder.filePath(u"ids.csv"_s);
        QVERIFY(engine::writeFile(path, "meter-0001\n"));
        const Result<fleet::DeviceSet> set = engine::readSet(u"file:"_s + path);
        QVERIFY(set);
        QCOMPARE(set->ids, "meter-0001\n");
    }

    void saysWhatIsWrongWithAFile_data()
    {
        QTest::addColumn<QString>("path");
        QTest::addColumn<QString>("says");
        QTest::newRow("missing") << u"/nowhere/ids.csv"_s << u"There is no file"_s;
        QTest::newRow("folder") << u"/"_s << u"is a folder"_s;
        QTest::newRow("endless") << u"/dev/zero"_s << u"larger than"_s;
    }
    void saysWhatIsWrongWithAFile()
    {
        QFETCH(QString, path);
        QFETCH(QString, says);
        const Result<QByteArray> content = engine::readFile(path, 1000);
        QVERIFY(!content);
        QCOMPARE(content.error().kind, ErrorKind::Usage);
        QVERIFY2(content.error().what.contains(says), qPrintable(content.error().what));
        QVERIFY(!content.error().remedy.isEmpty());
    }

    void leavesNoHalfFileInAFolderThatIsNotThere()
    {
        const Result<void> written = engine::writeFile(u"/nowhere/plan"_s, "x");
        QVERIFY(!written);
        QCOMPARE(written.error().kind, ErrorKind::Storage);
    }
};

DROVER_TEST(TestSetFile)
#include "tst_set_file.moc"
