#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace drover::console {

/// SIGTERM and SIGINT (a session that ends, Ctrl-C) close the window like a person would. Does nothing where there are no signals.
class Signals final : public QObject {
    Q_OBJECT

public:
    explicit Signals(QObject *parent = nullptr);
    ~Signals() override;

Q_SIGNALS:
    void closeAsked();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace drover::console
