#include "tests/support/background.h"

#include <QTest>

using namespace Qt::StringLiterals;

namespace drover::test {

Background::Background(const QString &program, const QStringList &arguments)
{
    m_process.setProcessChannelMode(QProcess::MergedChannels);
    m_process.start(program, arguments);
    m_process.closeWriteChannel();
    m_process.waitForStarted();
}

Background::~Background()
{
    killNow();
}

QString Background::said()
{
    m_said += QString::fromUtf8(m_process.readAll());
    return m_said;
}

QString Background::run()
{
    constexpr int patience = 30'000;
    const QString word = u"run "_s;
    const auto line = [this, &word] {
        for (const QString &each : said().section(u'\n', 0, -2).split(u'\n'))
            if (each.startsWith(word))
                return each.mid(word.size()).trimmed();
        return QString();
    };
    std::ignore = QTest::qWaitFor([&] { return !line().isEmpty() || !isRunning(); }, patience);
    return line();
}

void Background::killNow()
{
    m_process.kill();
    m_process.waitForFinished(10'000);
}

void Background::send(int signal) const
{
    if (isRunning())
        ::kill(static_cast<pid_t>(m_process.processId()), signal);
}

int Background::exitCode(int patienceMs)
{
    const bool ended = QTest::qWaitFor([this] { return !isRunning(); }, patienceMs);
    return ended && m_process.exitStatus() == QProcess::NormalExit ? m_process.exitCode() : -1;
}

} // namespace drover::test
