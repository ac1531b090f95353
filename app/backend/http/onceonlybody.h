#pragma once

#include <QIODevice>

namespace drover::backend {

/// A request body that cannot be sent twice. QNetworkAccessManager repeats a request by itself, a PUT too, when a
/// connection dies before the answer; with a body that refuses to start over it reports the lost answer instead. An
/// empty body gives it nothing to refuse: a DELETE may go out twice, and whoever deletes takes "not found" for done.
class OnceOnlyBody final : public QIODevice {
    Q_OBJECT

public:
    explicit OnceOnlyBody(QByteArray bytes);

    bool isSequential() const override { return true; }
    qint64 bytesAvailable() const override { return m_bytes.size() - m_read + QIODevice::bytesAvailable(); }
    bool atEnd() const override { return m_read == m_bytes.size(); }
    bool reset() override { return m_read == 0; }

protected:
    qint64 readData(char *data, qint64 most) override;
    qint64 writeData(const char *, qint64) override { return -1; }

private:
    QByteArray m_bytes;
    qint64 m_read = 0;
};

} // namespace drover::backend
