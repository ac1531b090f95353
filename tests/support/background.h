#pragma once

#include <QProcess>

#include <csignal>

namespace drover::test {

/// A program that goes on while the test does; killed at the end of its scope. A wait lets this process work on.
class Background final {
public:
    Background(const QString &program, const QStringList &arguments);
    ~Background();

    /// The run that droverctl's first line names; empty when it ends without one.
    QString run();
    bool isRunning() const { return m_process.state() != QProcess::NotRunning; }
    /// kill -9.
    void killNow();
    void interrupt() const { send(SIGINT); }
    /// The lid is closed, and opened again.
    void sleep() const { send(SIGSTOP); }
    void wake() const { send(SIGCONT); }
    /// -1 when it has not ended within that time.
    int exitCode(int patienceMs = 120'000);
    QString said();

private:
    void send(int signal) const;

    QProcess m_process;
    QString m_said;
};

} // namespace drover::test
