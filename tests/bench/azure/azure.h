#pragma once

#include "tests/bench/azure/client.h"
#include "tests/bench/bench.h"

#include <QFile>
#include <QJsonArray>
#include <QProcess>
#include <QTemporaryDir>

#include <unistd.h>

namespace drover::bench {

using namespace Qt::StringLiterals;

/// Seconds of CPU that a process has used.
inline double cpuOf(qint64 process)
{
    QFile file(u"/proc/%1/stat"_s.arg(process));
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray text = file.readAll();
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    return (fields.value(11).toDouble() + fields.value(12).toDouble()) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

/// A local Azure with a certificate that the bare server can show as well.
class Azure final {
public:
    explicit Azure(const QString &scenario, double speed)
    {
        const QString file = m_folder.filePath(u"endpoints.json"_s);
        m_process.start(QStringLiteral(DROVER_BIN_DIR "/drover-azure"),
            {u"--scenario"_s, scenario, u"--speed"_s, QString::number(speed), u"--no-quotas"_s, u"--endpoints"_s, file, u"--exit-with-stdin"_s});
        if (!m_process.waitForReadyRead(60'000))
            qFatal("drover-azure did not start");
        QFile endpoints(file);
        if (!endpoints.open(QIODevice::ReadOnly))
            qFatal("no endpoints were written");
        m_told = QJsonDocument::fromJson(endpoints.readAll()).object();
    }
    ~Azure()
    {
        m_process.closeWriteChannel();
        m_process.waitForFinished(5000);
    }

    qint64 process() const { return m_process.processId(); }
    std::string hub(int number) const { return text(m_told.value(u"hubs"_s)[number][u"host"_s]); }
    std::string hubToken() const { return "Bearer " + text(m_told.value(u"hubBearerToken"_s)); }
    std::string dps() const { return text(m_told.value(u"dps"_s)[u"serviceHost"_s]); }
    std::string dpsToken() const { return "Bearer " + text(m_told.value(u"dps"_s)[u"bearerToken"_s]); }
    unsigned short port() const { return m_told.value(u"redirect"_s).toString().section(u':', -1).toUShort(); }
    Client connect(const std::string &host) const
    {
        return Client(port(), host, m_folder.filePath(m_told.value(u"caFile"_s).toString()).toStdString());
    }

private:
    static std::string text(const QJsonValue &value) { return value.toString().toStdString(); }

    QTemporaryDir m_folder;
    QProcess m_process;
    QJsonObject m_told;
};

/// Resident bytes of a process.
inline double memoryOf(qint64 process)
{
    QFile file(u"/proc/%1/statm"_s.arg(process));
    return file.open(QIODevice::ReadOnly) ? file.readAll().split(' ').value(1).toDouble() * static_cast<double>(sysconf(_SC_PAGESIZE)) : 0;
}

/// A file that tells of one hub with so many devices.
inline QString scenarioOf(const QTemporaryDir &folder, int count)
{
    const QString name = folder.filePath(u"%1.json"_s.arg(count));
    QFile text(name);
    if (!text.open(QIODevice::WriteOnly))
        qFatal("the scenario could not be written");
    text.write(QByteArray(R"({"name":"million","stamps":[{"name":"one","capacity":1000000,"sku":"S3","units":10}],
        "groups":[{"name":"all","stamp":"one","count":COUNT,"idPattern":"device-#######","twin":{"tags":{"site":["x","y"]}}}]})")
            .replace("COUNT", QByteArray::number(count)));
    return name;
}

} // namespace drover::bench
