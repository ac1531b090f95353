#include "app/report/desktop.h"

#include "tests/support/testmain.h"

#include <QDBusConnection>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::StringLiterals;
using namespace drover;

/// A desktop that shows nothing and remembers everything.
class Desktop final : public QObject {
    Q_OBJECT
    Q_CLASSINFO("D-Bus Interface", "org.freedesktop.Notifications")

public:
    QString summary, body;
    QVariantMap hints;

public Q_SLOTS:
    // The names and types are those of the desktop's protocol.
    uint Notify(const QString &, uint, const QString &, const QString &title, const QString &text, const QStringList &,
        const QVariantMap &more, int)
    {
        summary = title;
        body = text;
        hints = more;
        Q_EMIT shown();
        return 1;
    }

Q_SIGNALS:
    void shown();
};

class TestDesktop final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void showsAGateThatAsksUrgentlyAndAsPlainText()
    {
        QDBusConnection bus = QDBusConnection::sessionBus();
        if (!bus.isConnected())
            QSKIP("no session bus");
        Desktop desktop;
        QVERIFY(bus.registerObject(u"/org/freedesktop/Notifications"_s, &desktop, QDBusConnection::ExportAllSlots));
        QVERIFY(bus.registerService(u"org.freedesktop.Notifications"_s));
        QSignalSpy shown(&desktop, &Desktop::shown);
        run::Notice notice;
        notice.kind = run::Notice::Kind::GateInconclusive;
        notice.run = u"7f3a"_s;
        notice.title = u"group:a → b"_s;
        notice.sentence = u"Gate 1 is inconclusive: <b>3</b> of 10."_s;
        report::showOnDesktop(notice);
        QVERIFY(shown.size() == 1 || shown.wait());
        QCOMPARE(desktop.summary, u"Run 7f3a: group:a → b"_s);
        QCOMPARE(desktop.body, u"Gate 1 is inconclusive: &lt;b&gt;3&lt;/b&gt; of 10."_s);
        QCOMPARE(desktop.hints.value(u"urgency"_s).toUInt(), 2U);
    }

    void doesNothingWhereNobodyShowsNotices()
    {
        QDBusConnection::sessionBus().unregisterService(u"org.freedesktop.Notifications"_s);
        report::showOnDesktop(run::Notice());
    }
};

DROVER_TEST(TestDesktop)
#include "tst_desktop.moc"
