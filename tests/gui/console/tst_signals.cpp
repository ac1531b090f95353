#include "app/program/signals.h"
#include "tests/support/testmain.h"

#include <QSignalSpy>
#include <QTest>

#include <csignal>

using namespace drover;

class TestSignals final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theFirstSignalAsksAndTheSecondChangesNothing()
    {
        const program::Signals watched;
        QSignalSpy asked(&watched, &program::Signals::asked);
        std::raise(SIGTERM);
        QTRY_COMPARE(asked.count(), 1);
        std::raise(SIGINT);
        QCoreApplication::processEvents();
        QCOMPARE(asked.count(), 1);
    }

    void eachWatchBeginsAnew()
    {
        for (int i = 0; i < 3; ++i) {
            const program::Signals watched(5);
            QSignalSpy asked(&watched, &program::Signals::asked);
            std::raise(SIGINT);
            QTRY_COMPARE(asked.count(), 1);
        }
    }
};

DROVER_TEST(TestSignals)
#include "tst_signals.moc"
