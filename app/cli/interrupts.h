#pragma once

#include <QObject>
#include <QSocketNotifier>

#include <memory>

namespace drover::cli {

/// Ctrl-C and SIGTERM while this lives: the first is told as a signal, the second leaves at once (the journal still holds).
class Interrupts final : public QObject {
    Q_OBJECT

public:
    Interrupts();
    ~Interrupts() override;

Q_SIGNALS:
    void asked();

private:
    std::unique_ptr<QSocketNotifier> m_notifier;
};

} // namespace drover::cli
