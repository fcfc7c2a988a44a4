package dev.keyturn.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;

/** One SQS queue with long polls. What was received and not deleted comes back on demand. */
final class FakeQueue {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Deque<String> visible = new ArrayDeque<>();
  private final Map<String, String> received = new LinkedHashMap<>();
  private final Deque<Poll> polls = new ArrayDeque<>();

  /** A receive call that waits. */
  static final class Poll {
    private final int most;
    private final Consumer<ObjectNode> reply;

    private Poll(int most, Consumer<ObjectNode> reply) {
      this.most = most;
      this.reply = reply;
    }
  }

  void send(String body) {
    Poll waiting;
    synchronized (this) {
      visible.add(body);
      waiting = polls.poll();
    }
    if (waiting != null) {
      waiting.reply.accept(take(waiting.most));
    }
  }

  /** Answers at once if there is something. */
  Poll receive(int most, Consumer<ObjectNode> reply) {
    Poll poll = new Poll(most, reply);
    synchronized (this) {
      if (visible.isEmpty()) {
        polls.add(poll);
        return poll;
      }
    }
    reply.accept(take(most));
    return poll;
  }

  /** Its time is over: it gets what there is, which is nothing. */
  void expire(Poll poll) {
    boolean waited;
    synchronized (this) {
      waited = polls.remove(poll);
    }
    if (waited) {
      poll.reply.accept(take(0));
    }
  }

  synchronized void delete(String receipt) {
    received.remove(receipt);
  }

  /** As the end of the visibility time-out does. */
  void redeliver() {
    List<String> back;
    synchronized (this) {
      back = new ArrayList<>(received.values());
      received.clear();
    }
    back.forEach(this::send);
  }

  synchronized int left() {
    return visible.size() + received.size();
  }

  private synchronized ObjectNode take(int most) {
    ObjectNode answer = JSON.createObjectNode();
    var messages = answer.putArray("Messages");
    for (int i = 0; i < most && !visible.isEmpty(); i++) {
      String body = visible.remove();
      String receipt = UUID.randomUUID().toString();
      received.put(receipt, body);
      messages
          .addObject()
          .put("MessageId", receipt)
          .put("ReceiptHandle", receipt)
          .put("MD5OfBody", md5(body))
          .put("Body", body);
    }
    return answer;
  }

  private static String md5(String body) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("MD5").digest(body.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
