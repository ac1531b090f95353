#pragma once

#include <QCoreApplication>
#include <QProcess>
#include <QTemporaryDir>

namespace drover::test {

/// Runs drover-azure while it lives; the endpoints file is there once start() said so.
class LocalAzure final {
public:
    ~LocalAzure()
    {
        m_program.terminate();
        if (!m_program.waitForFinished(5000))
            m_program.kill();
        m_program.waitForFinished();
    }

    bool start(const QString &scenario, int speed)
    {
        m_program.setProcessChannelMode(QProcess::ForwardedErrorChannel);
        m_program.start(QCoreApplication::applicationDirPath() + QStringLiteral("/drover-azure"),
            {QStringLiteral("--scenario"), scenario, QStringLiteral("--speed"), QString::number(speed),
                QStringLiteral("--endpoints"), endpoints()});
        while (m_program.waitForReadyRead(30000)) {
            if (m_program.readAllStandardOutput().contains("listening on "))
                return true;
        }
        return false;
    }

    QString endpoints() const { return m_folder.filePath(QStringLiteral("endpoints.json")); }

private:
    QTemporaryDir m_folder;
    QProcess m_program;
};

} // namespace drover::test
